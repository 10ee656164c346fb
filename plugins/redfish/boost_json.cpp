// Boost.JSON's one compiled copy (its documentation, "Header-Only").
#include <boost/json/src.hpp>
