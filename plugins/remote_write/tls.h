#pragma once

#include "daemon/ports/asio.h"

#include <boost/asio/ssl/context.hpp>

namespace frugald::remote_write {

struct Tls {
    asio::ssl::context context{asio::ssl::context::tls_client};
};

}  // namespace frugald::remote_write
