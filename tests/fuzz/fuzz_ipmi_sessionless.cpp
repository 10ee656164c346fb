// Any bytes as a packet that answers what discovery asks outside a session.
#include "plugins/ipmi/discover/report.h"
#include "plugins/ipmi/discover/sessionless.h"
#include "tests/fuzz/ipmi_session.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace frugald;
    using namespace frugald::ipmi::discover;
    const ipmi::Bytes packet(data, size);
    const bool pong = is_pong(packet);
    Facts facts;
    facts.answered = true;
    facts.suites = parse_suites(packet);
    fuzz::require(facts.suites->size() <= size);
    const ipmi::Attempts any{0, 64};
    const ipmi::Request requests[] = {get_authentication_capabilities(true), get_cipher_suites(0),
                                      get_system_guid()};
    for (const ipmi::Request& request : requests) {
        const auto answer = take_message(packet, request, any);
        fuzz::require(!answer || !pong);
        if (!answer) continue;
        facts.capabilities = parse_capabilities(*answer, true);
        facts.guid = parse_guid(*answer);
    }
    fuzz::require(report(facts).back() == '\n');
    return 0;
}
