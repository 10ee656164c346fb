#include "tests/plugins/ipmi/ipmi_sim.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace frugald::test {
namespace {

struct SimulatedSensor {
    unsigned number;
    const char* name;
    const char* type;
    unsigned type_code;
    const char* unit;
    int factor;
    const char* entity;
    unsigned raw;
    int offset = 0;
    int b_exponent = 0;
    int r_exponent = 0;
    const char* format = "unsigned";
    const char* linearization = "linear";
};
constexpr std::array sensors{
    SimulatedSensor{1, "Inlet Temp", "Temperature", 1, "degrees_C", 1, "system_board", 23},
    SimulatedSensor{2, "Fan1", "Fan", 4, "RPM", 120, "fan_cooling_device", 60},
    SimulatedSensor{3, "Pwr Consumption", "Current", 3, "Watts", 4, "system_board", 85},
    SimulatedSensor{4, "PS1 Current", "Current", 3, "Amps", 4, "power_supply", 90, 0, 0, -2},
    SimulatedSensor{5, "PS1 Voltage", "Voltage", 2, "Volts", 2, "power_supply", 115},
    SimulatedSensor{6, "P3V3", "Voltage", 2, "Volts", 16, "system_board", 200, 5, 1, -3},
    SimulatedSensor{7, "N12V", "Voltage", 2, "Volts", 1, "system_board", 0x87, 0, 0, -1,
                    "2s_complement"},
    SimulatedSensor{8, "Cold", "Temperature", 1, "degrees_C", 1, "system_board", 0xf8, 0, 0, 0,
                    "1s_complement"},
    SimulatedSensor{9, "Colder", "Temperature", 1, "degrees_C", -2, "system_board", 10, -10},
    SimulatedSensor{10, "Ambient", "Temperature", 1, "degrees_F", 1, "system_board", 72},
    SimulatedSensor{11, "Square", "Voltage", 2, "Volts", 1, "system_board", 12, 0, 0, 0, "unsigned",
                    "sqr(x)"},
    SimulatedSensor{12, "Logarithm", "Voltage", 2, "Volts", 1, "system_board", 100, 0, 0, 0,
                    "unsigned", "ln"},
    SimulatedSensor{13, "Cube", "Voltage", 2, "Volts", 1, "system_board", 5, 0, 0, 0, "unsigned",
                    "cube(x)"},
};

std::string description(const SimulatedSensor& sensor) {
    return fmt::format(
        "sdr type 1\n sensor_owner_id 0x20\n sensor_owner_lun 0\n channel_number 0\n"
        " sensor_number {}\n entity_id {}\n entity_instance 1\n sensor_type {}\n"
        " init_scanning true\n init_sensor_type true\n default_sensor_scan_on true\n"
        " event_reading_type_code 1\n sensor_threshold_access readable\n"
        " uc_thrsh_readable true\n unc_thrsh_readable true\n analog_data_format {}\n"
        " rate_unit none\n modifier_unit none\n percentage false\n base_unit {}\n"
        " modifier_unit_code unspecified\n linearization {}\n m {}\n tolerance 0\n b {}\n"
        " accuracy 1\n accuracy_exp 0\n sensor_direction input\n r_exp {}\n b_exp {}\n"
        " sensor_maximum 255\n sensor_minimum 0\n uc_thresh 250\n unc_thresh 240\n"
        " id_string \"{}\"\nendsdr\n",
        sensor.number, sensor.entity, sensor.type, sensor.format, sensor.unit, sensor.linearization,
        sensor.factor, sensor.offset, sensor.r_exponent, sensor.b_exponent, sensor.name);
}

bool installed(const char* program) {
    return std::filesystem::exists(std::string("/usr/bin/") + program);
}

std::string read_all(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

IpmiSim::IpmiSim(const std::string& address, unsigned short port, With with) {
    for (const char* program : {"ipmi_sim", "sdrcomp"})
        if (!installed(program)) missing_ = std::string(program) + " (package openipmi)";
    if (!missing_.empty()) return;
    if (with != With::nothing && !compile_module()) {
        missing_ = "libopenipmi-dev, to compile the module for ipmi_sim,";
        return;
    }
    write_files(address, port, with);
    program_ =
        std::make_unique<Program>(std::vector<std::string>{"ipmi_sim", "-n", "-c", "lan.conf", "-f",
                                                           "sim.emu", "-s", "state"},
                                  scratch_.path().string());
}

bool IpmiSim::compile_module() {
    const std::string source = FRUGALD_SOURCE_DIR "/tests/plugins/ipmi/sim_module.c";
    Program compiler({"gcc", "-O1", "-w", "-shared", "-fPIC", "-o", "dcmi.so", source},
                     scratch_.path().string());
    return compiler.finish();
}

// ipmi_sim takes repository records as commands with their bytes; sdrcomp makes them.
std::string IpmiSim::repository_lines() {
    std::string text;
    for (const SimulatedSensor& sensor : sensors) text += description(sensor);
    scratch_.write("sdr.txt", text);
    Program compiler({"sdrcomp", "-r", "-o", "sdr.raw", "sdr.txt"}, scratch_.path().string());
    compiler.finish();
    const std::string raw = read_all(scratch_.path() / "sdr.raw");
    std::string lines;
    for (std::size_t at = 0; at + 5 <= raw.size();) {
        const std::size_t size = 5U + static_cast<unsigned char>(raw[at + 4]);
        lines += "main_sdr_add 0x20";
        for (std::size_t i = 0; i < size && at + i < raw.size(); ++i)
            lines += fmt::format(" {:#x}", static_cast<unsigned char>(raw[at + i]));
        lines += "\n";
        at += size;
    }
    return lines;
}

void IpmiSim::write_files(const std::string& address, unsigned short port, With with) {
    const std::string directory = scratch_.path().string();
    scratch_.write("32.power", "340\n");  // the DCMI module's watts of the BMC at 20h
    std::string lan;
    if (with != With::nothing) lan = fmt::format("loadlib \"{0}/dcmi.so\" \"{0}/\"\n", directory);
    lan += fmt::format(
        "name \"sim\"\nset_working_mc 0x20\n startlan 1\n  addr {} {}\n  priv_limit admin\n"
        "  allowed_auths_admin none md2 md5 straight\n"
        "  guid a123456789abcdefa123456789abcdef\n endlan\n"
        " user 2 true \"admin\" \"secret12\" admin 10 none md2 md5 straight\n",
        address, port);
    scratch_.write("lan.conf", lan);

    std::string emulation =
        "mc_setbmc 0x20\nmc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x2a2 0x100\n";
    if (with == With::node_manager)
        emulation += "mc_add 0x2c 0 no-device-sdrs 0x23 9 8 0x9f 0x157 0x100\nmc_enable 0x2c\n";
    for (const SimulatedSensor& sensor : sensors) {
        emulation += fmt::format("sensor_add 0x20 0 {} {:#x} 1\n", sensor.number, sensor.type_code);
        emulation += fmt::format("sensor_set_value 0x20 0 {} {} 0\n", sensor.number, sensor.raw);
        emulation += fmt::format(
            "sensor_set_event_support 0x20 0 {} enable scanning per-state 000011100000000 "
            "000011100000000 000011100000000 000011100000000\n",
            sensor.number);
    }
    emulation += repository_lines();
    if (with == With::node_manager) {
        // Intel's discovery record (C0h): the Node Manager is at 2Ch, channel 0.
        emulation +=
            "main_sdr_add 0x20 0x63 0 0x51 0xc0 0x0c 0x57 1 0 0x0d 1 0x2c 0 0x17 0x18 "
            "0x19 0x1a 0\n";
    }
    scratch_.write("sim.emu", emulation + "mc_enable 0x20\n");
    std::filesystem::create_directories(scratch_.path() / "state/ipmi_sim/sim");
}

}  // namespace frugald::test
