#!/usr/bin/env bash
# Runs the Slurm job against a real Slurm on this machine, and compares what it
# leaves with what one machine leaves by itself: byte for byte. It starts a
# munge, a controller and a node of its own, on ports and in a folder of their
# own, and ends them. It wants root, for slurmd, and installs Debian's packages
# slurm-wlm and munge where they are missing.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../../../.."
[ "$(id -u)" = 0 ] || { echo "test-slurm: slurmd wants root" >&2; exit 1; }
PATH=$PATH:/usr/sbin
if ! command -v slurmd slurmctld sbatch munged >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends slurm-wlm munge
fi
dir=$(mktemp -d)
pids=()
finish() {
  status=$?
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do kill "${pids[i]}" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  if [ $status != 0 ]; then tail -n 30 "$dir"/*.log >&2 || true; fi
  rm -rf "$dir"
}
trap finish EXIT

# until COMMAND: waits until it succeeds, for a minute.
until_ok() {
  for _ in $(seq 600); do
    if "$@" >/dev/null 2>&1; then return; fi
    sleep 0.1
  done
  echo "test-slurm: timed out: $*" >&2
  return 1
}

chmod 755 "$dir"
head -c 1024 /dev/urandom >"$dir/munge.key"
chmod 400 "$dir/munge.key"
munged -F --force --key-file="$dir/munge.key" --socket="$dir/munge.socket" \
  --pid-file="$dir/munge.pid" --log-file="$dir/munge.log" --seed-file="$dir/munge.seed" &
pids+=($!)
until_ok test -S "$dir/munge.socket"

node=$(hostname -s)
cpus=$(nproc)
mkdir "$dir/state" "$dir/spool"
cat >"$dir/slurm.conf" <<CONF
ClusterName=grapevine
SlurmctldHost=$node(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$dir/munge.socket
SlurmctldPort=26817
SlurmdPort=26818
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
NodeName=$node NodeAddr=127.0.0.1 CPUs=$cpus RealMemory=2048 State=UNKNOWN
PartitionName=all Nodes=$node Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$dir/slurm.conf
slurmctld -D -f "$SLURM_CONF" >"$dir/slurmctld.log" 2>&1 &
pids+=($!)
until_ok scontrol ping
slurmd -D -f "$SLURM_CONF" -N "$node" >"$dir/slurmd.log" 2>&1 &
pids+=($!)
until_ok sh -c "sinfo -h -o %T | grep -q idle"
sinfo --version
sinfo

export GRAPEVINE=$dir/grapevine
go build -o "$GRAPEVINE" ./app/cmd/grapevine
sweep=(-vary epsilon=inf,300,8 -vary protocol=fedavg,gossip -seeds 4 -train 2000 -test 1000 -rounds 3 -hidden 16)
"$GRAPEVINE" sweep -out "$dir/alone" "${sweep[@]}" 2>/dev/null

cd "$dir"
echo "an array of 4 tasks, in one folder:"
sbatch --wait --array=1-4 --cpus-per-task=1 --mem=256M "$here/sweep.slurm" "$dir/array" "${sweep[@]}"
cat grapevine-*.log | grep shard
"$GRAPEVINE" merge -out "$dir/array" "$dir/array" >/dev/null
diff -r "$dir/alone" "$dir/array"

echo "an array of 3 tasks that is cancelled, and submitted again as one of 2:"
job=$(sbatch --parsable --array=1-3 --cpus-per-task=1 --mem=256M "$here/sweep.slurm" "$dir/again" "${sweep[@]}")
until_ok sh -c "ls $dir/again/runs/*.json"
scancel "$job"
until_ok sh -c "test -z \"\$(squeue -h -j $job)\""
echo "$(find "$dir/again/runs" -name 'epsilon*.json' | wc -l) runs were kept"
sbatch --wait --array=1-2 --cpus-per-task=1 --mem=256M "$here/sweep.slurm" "$dir/again" "${sweep[@]}"
"$GRAPEVINE" merge -out "$dir/again" "$dir/again" >/dev/null
diff -r "$dir/alone" "$dir/again"
echo "test-slurm: both leave what one machine leaves, byte for byte"
