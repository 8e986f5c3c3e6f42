# A computer of its own on top of this one: what is written below the root is seen here only, and every process ends with
# it. Arguments: a folder to work in, the registry's address, the file with the join token. Standard input: the script
# that `curl` would bring.
set -e
work=$1 url=$2 join=$3
mount -t tmpfs tmpfs "$work"
mkdir "$work/upper" "$work/work" "$work/root"
cp "$join" "$work/join-token"
mount -t overlay overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/work" "$work/root"
mount -t proc proc "$work/root/proc"
mount --rbind /dev "$work/root/dev"
cat > "$work/upper/install.sh"
cp "$work/join-token" "$work/upper/join-token"
# As systemd does with this unit: makes the state folder, reads the settings, starts the command as the user.
cat > "$work/upper/systemctl" <<'END'
#!/bin/sh
echo "systemctl $*" >> /systemctl-calls
[ "$1" = enable ] || exit 0
install -d -o gantry -g gantry -m 700 /var/lib/gantry
set -a
. /etc/gantry/agent.env
GANTRY_AGENT_DATA=/var/lib/gantry GANTRY_SCAN_RANGES=127.0.0.98/32 GANTRY_LOCAL_PORT=0
command=$(sed -n 's/^ExecStart=//p' /etc/systemd/system/gantry-agent.service)
setpriv --reuid=gantry --regid=gantry --clear-groups $command > /agent-output 2>&1 &
END
exec chroot "$work/root" sh -ec '
  mkdir -p /run/systemd/system
  install -m 755 /systemctl /usr/local/bin/systemctl
  PATH=/usr/local/bin:$PATH sh -s -- --join file:/join-token < /install.sh >&2
  cat /systemctl-calls
  stat -c "%n %U %a" /etc/gantry/agent.env /etc/gantry/join-token /var/lib/gantry
  grep ^ExecStart= /etc/systemd/system/gantry-agent.service
  gantry wait --for approved --timeout 60s --data /var/lib/gantry >&2 || { cat /agent-output >&2; exit 1; }
  stat -c "%U %a key" /var/lib/gantry/identity/key.json
'
