// Asio's TLS, compiled once as the rest of Asio is (BOOST_ASIO_SEPARATE_COMPILATION).
#include "daemon/ports/asio.h"

#include <boost/asio/ssl/impl/src.hpp>
