#!/usr/bin/env bash
# unit_test.sh BUILD_DIRECTORY: what systemd's own tools say about the unit, the users and the
# directories, and what the install rules put where.
set -euo pipefail
build=$1
for tool in systemd-analyze systemd-sysusers systemd-tmpfiles; do
    command -v "$tool" >/dev/null || { echo "skipped: $tool not present"; exit 77; }
done
unit=$build/systemd/frugald.service
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() { echo "FAILED: $*" >&2; exit 1; }

says() { grep -qxF "$1" "$unit" || fail "the unit does not say $1"; }

# The exposure, in tenths: 1.5 at the most, without PrivateUsers, which would hide the callers.
systemd-analyze security --offline=true --threshold=15 "$unit" >"$scratch/security" ||
    { cat "$scratch/security"; fail "the unit is exposed more than 1.5"; }
tail -n 1 "$scratch/security"
grep -q '^PrivateUsers' "$unit" && fail "PrivateUsers hides the callers' uids"

says Type=notify
says WatchdogSec=30
says RestartPreventExitStatus=78
says RuntimeDirectoryPreserve=yes

# The unit as systemd reads it, with a program that is there.
mkdir "$scratch/unit"
sed -E 's#^(Exec[A-Za-z]*=-?)[^ ]*/frugald#\1/bin/true#' "$unit" >"$scratch/unit/frugald.service"
complaints=$(systemd-analyze verify --man=no "$scratch/unit/frugald.service" 2>&1 |
    grep 'frugald\.service' || true)
[ -z "$complaints" ] || fail "systemd-analyze verify: $complaints"

# Installed: nothing of the site's own is overwritten, the rest is where it belongs.
root=$scratch/root
mkdir -p "$root/etc/frugald"
echo 'managed_nodes = ["mine"]' >"$root/etc/frugald/frugald.toml"
prefix=$(sed -n 's/^CMAKE_INSTALL_PREFIX:PATH=//p' "$build/CMakeCache.txt")
for folder in systemd config; do
    DESTDIR=$root cmake -P "$build/$folder/cmake_install.cmake" >/dev/null
done
grep -q mine "$root/etc/frugald/frugald.toml" || fail "the site's configuration was overwritten"
for file in lib/systemd/system/frugald.service lib/sysusers.d/frugald.conf \
    lib/tmpfiles.d/frugald.conf share/frugald/profiles/pdu/apc-rpdu2.toml share/frugald/frugald.toml; do
    [ -f "$root$prefix/$file" ] || fail "$file is not installed"
done
rm "$root/etc/frugald/frugald.toml"
DESTDIR=$root cmake -P "$build/config/cmake_install.cmake" >/dev/null
grep -q '^managed_nodes = \[\]' "$root/etc/frugald/frugald.toml" || fail "no safe configuration"

# Users and directories, made in the scratch root.
printf 'root:x:0:\nslurm:x:64030:\n' >"$root/etc/group"
printf 'root:x:0:0::/root:/bin/sh\nslurm:x:64030:64030::/nonexistent:/bin/false\n' >"$root/etc/passwd"
systemd-sysusers --root="$root" "$root$prefix/lib/sysusers.d/frugald.conf"
grep -q '^frugald:.*:/usr/sbin/nologin$' "$root/etc/passwd" || fail "no user frugald"
grep -q '^frugald-admin:' "$root/etc/group" || fail "no group frugald-admin"
[ "$(id -u)" = 0 ] || { echo "not root: directories not made"; exit 0; }
systemd-tmpfiles --root="$root" --create "$root$prefix/lib/tmpfiles.d/frugald.conf"
user=$(awk -F: '$1 == "frugald" { print $3 }' "$root/etc/passwd")
directory() { # PATH MODE UID GID
    [ "$(stat -c '%a %u %g' "$root$1")" = "$2 $3 $4" ] ||
        fail "$1 is $(stat -c '%a %u %g' "$root$1"), not $2 $3 $4"
}
directory /var/spool/frugald 1770 "$user" 64030
directory /run/frugald 755 "$user" "$(awk -F: '$1 == "frugald" { print $3 }' "$root/etc/group")"
echo "the unit, its users and its directories are as they should be"
