# SPDX-License-Identifier: ISC
# Sourced by what needs QR text: base45 FILE writes the file as RFC 9285 has it, by other means than ours.
# shellcheck shell=sh
base45() {
	od -An -v -tu1 "$1" | awk '
		{ for (i = 1; i <= NF; i++) byte[n++] = $i }
		function put(value, count) { while (count-- > 0) { printf "%s", substr(digits, value % 45 + 1, 1); value = int(value / 45) } }
		END { digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
			for (i = 0; i + 1 < n; i += 2) put(byte[i] * 256 + byte[i + 1], 3)
			if (n % 2) put(byte[n - 1], 2) }'
}
