# shellcheck shell=bash
# Slurm's accounting for lab.sh, with ACCOUNTING=1: a MariaDB of the lab's own, which nobody has to
# log in to, and slurmdbd.

accounting_lines() { # for slurm.conf
    if [ -z "$ACCOUNTING" ]; then
        echo "AccountingStorageType=accounting_storage/none"
    else
        printf '%s\n' AccountingStorageType=accounting_storage/slurmdbd \
            AccountingStorageHost=127.0.0.1 "AccountingStoragePort=$DBDPORT" \
            "AccountingStoragePass=$LAB/run/munge.socket"
    fi
}

write_accounting() {
    mkdir -p "$LAB/mariadb"
    (umask 077; cat >"$LAB/etc/slurmdbd.conf" <<EOT
AuthType=auth/munge
AuthInfo=socket=$LAB/run/munge.socket
DbdHost=localhost
DbdAddr=127.0.0.1
DbdPort=$DBDPORT
SlurmUser=$ME
StorageType=accounting_storage/mysql
StorageHost=localhost
StorageUser=$ME
StorageLoc=lab
PidFile=$LAB/run/slurmdbd.pid
LogFile=$LAB/log/slurmdbd.log
EOT
    )
}

start_mariadb() {
    background mariadb mariadbd --no-defaults --skip-grant-tables --skip-networking \
        --user="$ME" --datadir="$LAB/mariadb" --socket="$LAB/run/mariadb.socket" \
        --pid-file="$LAB/run/mariadbd.pid" --innodb-buffer-pool-size=16M --innodb-log-file-size=4M
    until_ok 30 grep -q "ready for connections" "$LAB/log/mariadb.log"
}

start_slurmdbd() {
    MYSQL_UNIX_PORT=$LAB/run/mariadb.socket slurmdbd 2>>"$LAB/log/slurmdbd.out"
    until_ok 30 sacctmgr -n list cluster || return 1
    sacctmgr -n list cluster | grep -q lab || sacctmgr -i add cluster lab >>"$LAB/log/slurmdbd.out"
}
