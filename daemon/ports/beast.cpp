#include "daemon/ports/asio.h"

#include <boost/beast/src.hpp>
