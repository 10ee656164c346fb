/* Module for OpenIPMI's ipmi_sim: what it lacks of a server's BMC, in memory. DCMI power reading and limit,
 * chassis power, and an Intel Node Manager for a controller behind the BMC. Built by the tests
 * with libopenipmi-dev: gcc -shared -fPIC -o sim.so sim_module.c
 * lan.conf: loadlib "/abs/sim.so" "/abs/directory/"; DIRECTORY/NN.power holds the watts of the
 * BMC at IPMB address NN (decimal), read at most once a second. */
#include <OpenIPMI/lanserv.h>
#include <OpenIPMI/mcserv.h>
#include <OpenIPMI/serv.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { bmc_address = 0x20, most_policies = 256 };

struct limit {
    unsigned watts, correction_ms, period_s, active, exception;
};
struct policy {
    unsigned there, enabled, trigger, exceptions, watts, correction_ms, trigger_limit, period_s;
};
static struct {
    int watts, on;
    time_t read_at;
    struct limit limit;
} bmcs[256];
static struct policy policies[most_policies];
static sys_data_t *the_system;
static char directory[512];

static void put16(unsigned char *at, unsigned value) {
    at[0] = value;
    at[1] = value >> 8;
}
static void put32(unsigned char *at, unsigned value) {
    put16(at, value);
    put16(at + 2, value >> 16);
}
static unsigned get16(const unsigned char *at) { return at[0] | at[1] << 8; }
static unsigned get32(const unsigned char *at) { return get16(at) | get16(at + 2) << 16; }

static unsigned watts_of(int address) {
    unsigned watts, i;
    if (time(NULL) != bmcs[address].read_at) {
        char name[600];
        FILE *file;
        snprintf(name, sizeof name, "%s%d.power", directory, address);
        file = fopen(name, "r");
        if (file) {
            int value;
            if (fscanf(file, "%d", &value) == 1) bmcs[address].watts = value;
            fclose(file);
        }
        bmcs[address].read_at = time(NULL);
    }
    watts = bmcs[address].on ? bmcs[address].watts : 12;
    if (bmcs[address].limit.active && watts > bmcs[address].limit.watts)
        watts = bmcs[address].limit.watts;
    for (i = 0; i < most_policies; i++)
        if (policies[i].there && policies[i].enabled && watts > policies[i].watts)
            watts = policies[i].watts;
    return watts;
}

static int set_limit(struct limit *limit, const unsigned char *data) {
    unsigned watts = get16(data + 5), correction = get32(data + 7), period = get16(data + 13);
    if (watts < 100 || watts > 1000) return 0x84;
    if (correction < 500 || correction > 60000) return 0x85;
    if (period < 1 || period > 3600) return 0x89;
    limit->exception = data[4];
    limit->watts = watts;
    limit->correction_ms = correction;
    limit->period_s = period;
    return 0;
}

/* DCMI 1.5, chapter 6.6; data[0] is the group extension DCh. */
static void dcmi(lmc_data_t *mc, msg_t *msg, unsigned char *out, unsigned int *size, void *data) {
    int address = the_system->mc_get_ipmb(mc);
    struct limit *limit = &bmcs[address].limit;
    unsigned watts;
    (void)data;
    out[0] = 0;
    out[1] = 0xdc;
    if (msg->cmd == 0x02 && msg->len >= 4) {
        watts = watts_of(address);
        put16(out + 2, watts);
        put16(out + 4, watts);
        put16(out + 6, watts);
        put16(out + 8, watts);
        put32(out + 10, time(NULL));
        put32(out + 14, 1000);
        out[18] = 0x40;
        *size = 19;
    } else if (msg->cmd == 0x03 && msg->len >= 3) {
        out[0] = limit->active ? 0 : 0x80;
        put16(out + 2, 0);
        out[4] = limit->exception;
        put16(out + 5, limit->watts);
        put32(out + 7, limit->correction_ms);
        put16(out + 11, 0);
        put16(out + 13, limit->period_s);
        *size = 15;
    } else if (msg->cmd == 0x04 && msg->len >= 15) {
        out[0] = set_limit(limit, msg->data);
        *size = 2;
    } else if (msg->cmd == 0x05 && msg->len >= 2) {
        limit->active = msg->data[1] & 1;
        *size = 2;
    } else {
        out[0] = 0xc1;
        *size = 1;
    }
}

/* Set Node Manager Policy; ipmi_sim has taken Intel's number off the data. */
static int set_policy(const unsigned char *data) {
    struct policy *policy = &policies[data[1]];
    if ((data[0] & 0x0f) != 0) return 0x81;
    if ((data[2] & 0x10) == 0) {
        policy->there = 0;
        return 0;
    }
    if (get16(data + 4) < 100 || get16(data + 4) > 1000) return 0x84;
    policy->there = 1;
    policy->enabled = (data[0] >> 4) & 1;
    policy->trigger = data[2];
    policy->exceptions = data[3];
    policy->watts = get16(data + 4);
    policy->correction_ms = get32(data + 6);
    policy->trigger_limit = get16(data + 10);
    policy->period_s = get16(data + 12);
    return 0;
}

static void node_manager(lmc_data_t *mc, msg_t *msg, unsigned char *out, unsigned int *size,
                         void *data) {
    unsigned watts = watts_of(bmc_address);
    struct policy *policy = msg->len >= 2 ? &policies[msg->data[1]] : NULL;
    (void)mc;
    (void)data;
    out[0] = 0;
    *size = 1;
    if (msg->cmd == 0xc8) {
        put16(out + 1, watts);
        put16(out + 3, watts);
        put16(out + 5, watts);
        put16(out + 7, watts);
        put32(out + 9, time(NULL));
        put32(out + 13, 60);
        out[17] = 0x70;
        *size = 18;
    } else if (msg->cmd == 0xc9) {
        out[1] = 4;
        put16(out + 2, 1000);
        put16(out + 4, 100);
        put32(out + 6, 1000);
        put32(out + 10, 60000);
        put16(out + 14, 1);
        put16(out + 16, 3600);
        out[18] = 0;
        *size = 19;
    } else if (msg->cmd == 0xca) {
        memcpy(out + 1, "\5\3\0\0\1", 5);
        *size = 6;
    } else if (msg->cmd == 0xc1 && msg->len >= 14) {
        out[0] = set_policy(msg->data);
    } else if (msg->cmd == 0xc0 && msg->len >= 3) {
        struct policy *named = &policies[msg->data[2]];
        if (!named->there) out[0] = 0x80;
        named->enabled = msg->data[0] & 1;
    } else if (msg->cmd == 0xc2 && policy) {
        if (!policy->there) {
            out[0] = 0x80;
            return;
        }
        out[1] = 0x60 | policy->enabled << 4;
        out[2] = policy->trigger;
        out[3] = policy->exceptions;
        put16(out + 4, policy->watts);
        put32(out + 6, policy->correction_ms);
        put16(out + 10, policy->trigger_limit);
        put16(out + 12, policy->period_s);
        *size = 14;
    } else {
        out[0] = 0xc1;
    }
}

static int set_chassis(lmc_data_t *mc, int what, unsigned char *value, void *data) {
    int address = the_system->mc_get_ipmb(mc);
    (void)data;
    if (what == CHASSIS_CONTROL_POWER) bmcs[address].on = value[0];
    if (what == CHASSIS_CONTROL_GRACEFUL_SHUTDOWN) bmcs[address].on = 0;
    return 0;
}
static int get_chassis(lmc_data_t *mc, int what, unsigned char *value, void *data) {
    (void)what;
    (void)data;
    *value = bmcs[the_system->mc_get_ipmb(mc)].on;
    return 0;
}

int ipmi_sim_module_print_version(sys_data_t *system, char *options) {
    (void)system;
    (void)options;
    return 0;
}
int ipmi_sim_module_init(sys_data_t *system, const char *options) {
    int i;
    the_system = system;
    snprintf(directory, sizeof directory, "%s", options ? options : "");
    for (i = 0; i < 256; i++) {
        bmcs[i].on = 1;
        bmcs[i].watts = 300;
        bmcs[i].limit.watts = 500;
        bmcs[i].limit.correction_ms = 1000;
        bmcs[i].limit.period_s = 5;
    }
    ipmi_emu_register_group_extension_handler(0xdc, dcmi, NULL);
    ipmi_emu_register_iana_handler(0x000157, node_manager, NULL);
    return 0;
}
int ipmi_sim_module_post_init(sys_data_t *system) {
    int i;
    for (i = 0; i < 256; i++)
        if (system->ipmb_addrs[i])
            ipmi_mc_set_chassis_control_func(system->ipmb_addrs[i], set_chassis, get_chassis, NULL);
    return 0;
}
