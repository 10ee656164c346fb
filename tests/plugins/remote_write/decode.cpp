#include "tests/plugins/remote_write/decode.h"

#include <snappy.h>

#include <cstring>
#include <stdexcept>

namespace frugald::test {

namespace {

/// The fields of one message, one after the other.
class Fields {
public:
    explicit Fields(std::string_view message) : left_(message) {}

    bool next() {
        if (left_.empty()) return false;
        const auto tag = varint();
        number = static_cast<unsigned>(tag >> 3);
        const auto type = tag & 7;
        if (type == 0) {
            integer = varint();
        } else if (type == 1) {
            std::memcpy(&real, take(sizeof real).data(), sizeof real);
        } else if (type == 2) {
            text = take(varint());
        } else {
            throw std::runtime_error("an unknown wire type");
        }
        return true;
    }

    unsigned number = 0;
    std::uint64_t integer = 0;
    double real = 0;
    std::string_view text;

private:
    std::string_view take(std::uint64_t size) {
        if (size > left_.size()) throw std::runtime_error("a message is cut short");
        const auto taken = left_.substr(0, size);
        left_.remove_prefix(size);
        return taken;
    }
    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const auto byte = static_cast<unsigned char>(take(1).front());
            value |= std::uint64_t{byte & 0x7fU} << shift;
            if (byte < 0x80) return value;
        }
        throw std::runtime_error("a number without end");
    }
    std::string_view left_;
};

DecodedSeries decode_series(std::string_view message) {
    DecodedSeries series;
    std::string family, labels, before;
    for (Fields field{message}; field.next();) {
        if (field.number == 1) {
            std::string name, value;
            for (Fields part{field.text}; part.next();)
                (part.number == 1 ? name : value) = part.text;
            if (name <= before) throw std::runtime_error("labels are not in order: " + name);
            if (value.empty()) throw std::runtime_error("an empty label: " + name);
            before = name;
            if (name == "__name__")
                family = value;
            else
                labels += (labels.empty() ? "" : ",") + name + "=\"" + value + '"';
        } else {
            std::pair<std::int64_t, double> sample{};
            for (Fields part{field.text}; part.next();)
                if (part.number == 1)
                    sample.second = part.real;
                else
                    sample.first = static_cast<std::int64_t>(part.integer);
            series.samples.push_back(sample);
        }
    }
    series.name = labels.empty() ? family : family + '{' + labels + '}';
    return series;
}

}  // namespace

std::vector<DecodedSeries> decode_write_request(std::string_view message) {
    std::vector<DecodedSeries> all;
    for (Fields field{message}; field.next();) all.push_back(decode_series(field.text));
    return all;
}

std::vector<DecodedSeries> decode_request(std::string_view body) {
    std::string message;
    if (!snappy::Uncompress(body.data(), body.size(), &message))
        throw std::runtime_error("this is no snappy block");
    return decode_write_request(message);
}

std::size_t count_samples(const Received& received) {
    std::size_t count = 0;
    for (const auto& [name, samples] : received)
        for (const auto& [at, values] : samples) count += values.size();
    return count;
}

}  // namespace frugald::test
