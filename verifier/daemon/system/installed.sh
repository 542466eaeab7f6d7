#!/bin/sh
# After copying: makes the user, the socket's folder, and lets systemd and the linker see what came. With a DESTDIR, or for who is not
# root, that is left to who unpacks it there, and told.
set -eu
destdir=$1 prefix=$2
if [ -n "$destdir" ] || [ "$(id -u)" != 0 ]; then
	[ -n "$destdir" ] || echo "Not root: user skerry, /run/skerry and the units are not set up."
	exit 0
fi
ldconfig 2>/dev/null || :
if command -v systemd-sysusers >/dev/null; then
	systemd-sysusers "$prefix/lib/sysusers.d/skerry.conf"
elif ! getent passwd skerry >/dev/null; then
	groupadd --system skerry
	useradd --system --gid skerry --home-dir /var/lib/skerry --no-create-home --shell /usr/sbin/nologin skerry
fi
if command -v systemd-tmpfiles >/dev/null; then
	systemd-tmpfiles --create "$prefix/lib/tmpfiles.d/skerry.conf"
else
	install -d -o skerry -g skerry -m 0755 /run/skerry
	install -d -m 0755 /etc/skerry
fi
[ ! -d /run/systemd/system ] || systemctl daemon-reload
cat <<EOF

Installed below $prefix. What comes next at a site:
  skerry init --trust vendor.manifest          once; the folder is user skerry's
  systemctl enable --now skerryd.socket skerryd
  usermod -aG skerry www-data                  whoever the product runs as
EOF
