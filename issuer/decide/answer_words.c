/* SPDX-License-Identifier: ISC */
#include "answer_words.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

static const char *const EN[] = {
	[ANSWER_WORDS_NONE] = "",
	[ANSWER_WORDS_MALFORMED] =
		"The request could not be understood. Update the program at this "
		"site, then make a new request.",
	[ANSWER_WORDS_KEY_UNKNOWN] = "License key not recognized. Check it against your letter, "
				     "character by character.",
	[ANSWER_WORDS_REVOKED] = "This license is revoked. Contact support.",
	[ANSWER_WORDS_SUSPENDED] =
		"This license is suspended. Contact sales; it goes on as soon as "
		"they resume it.",
	[ANSWER_WORDS_EXPIRED] = "This license is expired. Contact sales to renew.",
	[ANSWER_WORDS_ERASED] =
		"Nothing is issued for this license any more: its owner is not in our "
		"records. It runs to its last date. Contact sales before that.",
	[ANSWER_WORDS_NO_TENANT] =
		"This license key is known, but it holds no license for the tenant that "
		"was named. Check the name of the tenant, or contact sales.",
	[ANSWER_WORDS_FINGERPRINT] =
		"This machine shows too little of itself to be recognized again. "
		"Run the request as administrator, or in a container name it "
		"with --custom.",
	[ANSWER_WORDS_ELSEWHERE] =
		"This license is already paired to a different machine. If that one "
		"is dead, run here: skerry migrate KEY",
	[ANSWER_WORDS_CHANGED] =
		"Hardware change detected. To pair the license to this machine again, "
		"run: skerry migrate KEY",
	[ANSWER_WORDS_EXHAUSTED] =
		"All activations of this license are in use. Unpair a machine that "
		"needs it no longer, or contact sales for more.",
	[ANSWER_WORDS_WHICH] = "All activations of this license are in use, and nothing says which "
			       "machine this one replaces. Contact support and name it.",
	[ANSWER_WORDS_LIMIT] = "Migration limit reached, contact support.",
	[ANSWER_WORDS_NOT_PAIRED] = "This machine is not paired with the license. To pair it, run: "
				    "skerry pair KEY",
	[ANSWER_WORDS_UNPAIRED] = "This machine is unpaired. The license is free for another one.",
	[ANSWER_WORDS_MOVED] = "This machine is unpaired already. The license is in use at another "
			       "one.",
	[ANSWER_WORDS_RESTORED] =
		"This machine went back to an earlier state, as after putting back a "
		"backup. If nobody here did that, contact support.",
	[ANSWER_WORDS_CLONE] =
		"Two copies of this machine are in use with one license. Shut down the "
		"copy, and contact support.",
	[ANSWER_WORDS_CLONE_GRACE] =
		"Two copies of this machine are in use with one license, so it is "
		"not renewed. It goes on through its grace period. Shut down the "
		"copy, and contact support before that ends.",
	[ANSWER_WORDS_RESUMED] = "This license is active again.",
};

static const char *const ID[] = {
	[ANSWER_WORDS_NONE] = "",
	[ANSWER_WORDS_MALFORMED] = "Permintaan tidak dapat dibaca. Perbarui program di lokasi ini, "
				   "lalu buat permintaan baru.",
	[ANSWER_WORDS_KEY_UNKNOWN] =
		"Kunci lisensi tidak dikenali. Cocokkan dengan surat Anda, huruf "
		"demi huruf.",
	[ANSWER_WORDS_REVOKED] = "Lisensi ini telah dicabut. Hubungi dukungan.",
	[ANSWER_WORDS_SUSPENDED] =
		"Lisensi ini ditangguhkan. Hubungi bagian penjualan; lisensi berjalan "
		"lagi setelah dilanjutkan.",
	[ANSWER_WORDS_EXPIRED] = "Lisensi ini sudah berakhir. Hubungi bagian penjualan untuk "
				 "memperpanjang.",
	[ANSWER_WORDS_ERASED] =
		"Tidak ada lagi yang diterbitkan untuk lisensi ini: pemiliknya tidak ada "
		"lagi dalam catatan kami. Lisensi berjalan sampai tanggal terakhirnya. "
		"Hubungi bagian penjualan sebelum itu.",
	[ANSWER_WORDS_NO_TENANT] =
		"Kunci lisensi ini dikenal, tetapi tidak memuat lisensi untuk tenant yang "
		"disebut. Periksa nama tenant, atau hubungi bagian penjualan.",
	[ANSWER_WORDS_FINGERPRINT] =
		"Ciri komputer ini terlalu sedikit untuk dikenali kembali. Jalankan "
		"permintaan sebagai administrator, atau di dalam kontainer beri "
		"nama dengan --custom.",
	[ANSWER_WORDS_ELSEWHERE] =
		"Lisensi ini sudah dipasangkan ke komputer lain. Jika komputer itu "
		"mati, jalankan di sini: skerry migrate KUNCI",
	[ANSWER_WORDS_CHANGED] =
		"Perubahan perangkat keras terdeteksi. Untuk memasangkan lisensi lagi "
		"ke komputer ini, jalankan: skerry migrate KUNCI",
	[ANSWER_WORDS_EXHAUSTED] =
		"Semua aktivasi lisensi ini sedang dipakai. Lepaskan komputer yang "
		"tidak memerlukannya lagi, atau hubungi bagian penjualan untuk "
		"menambah.",
	[ANSWER_WORDS_WHICH] =
		"Semua aktivasi lisensi ini sedang dipakai, dan tidak jelas komputer mana "
		"yang diganti. Hubungi dukungan dan sebutkan komputernya.",
	[ANSWER_WORDS_LIMIT] = "Batas migrasi tercapai, hubungi dukungan.",
	[ANSWER_WORDS_NOT_PAIRED] = "Komputer ini belum dipasangkan dengan lisensi. Untuk "
				    "memasangkannya, jalankan: skerry pair KUNCI",
	[ANSWER_WORDS_UNPAIRED] =
		"Komputer ini sudah dilepaskan. Lisensi dapat dipakai di komputer lain.",
	[ANSWER_WORDS_MOVED] = "Komputer ini sudah dilepaskan. Lisensi dipakai di komputer lain.",
	[ANSWER_WORDS_RESTORED] =
		"Komputer ini kembali ke keadaan sebelumnya, seperti setelah memulihkan "
		"cadangan. Jika tidak ada yang melakukannya, hubungi dukungan.",
	[ANSWER_WORDS_CLONE] = "Dua salinan komputer ini dipakai dengan satu lisensi. Matikan "
			       "salinannya, lalu hubungi dukungan.",
	[ANSWER_WORDS_CLONE_GRACE] =
		"Dua salinan komputer ini dipakai dengan satu lisensi, sehingga "
		"lisensi tidak diperpanjang. Lisensi tetap berjalan selama masa "
		"tenggang. Matikan salinannya, lalu hubungi dukungan sebelum masa "
		"itu berakhir.",
	[ANSWER_WORDS_RESUMED] = "Lisensi ini aktif kembali.",
};

static bool
is_indonesian(const char *language)
{
	return strncasecmp(language, "id", 2) == 0 && (language[2] == '\0' || language[2] == '-');
}

const char *
answer_words(enum answer_words words, const char *language)
{
	return is_indonesian(language) ? ID[words] : EN[words];
}

struct cut {
	char *text;
	size_t len, max;
};

static void
append(struct cut *cut, const char *text, size_t len)
{
	size_t room = cut->max - 1 - cut->len;

	memcpy(cut->text + cut->len, text, len < room ? len : room);
	cut->len += len < room ? len : room;
	cut->text[cut->len] = '\0';
}

void
answer_words_told(enum answer_words words, const char *language, const char *vendor,
	const char *told, char *ret_text, size_t text_max)
{
	const char *all = answer_words(words, language), *rest = strstr(all, ". ");
	const char *says = is_indonesian(language) ? " menyatakan: " : " says: ";
	size_t first = rest == NULL ? strlen(all) : (size_t)(rest - all) + 1;
	size_t told_len = strlen(told);
	struct cut cut = { ret_text, 0, text_max };

	append(&cut, all, first);
	append(&cut, " ", 1);
	append(&cut, vendor, strlen(vendor));
	append(&cut, says, strlen(says));
	append(&cut, told, told_len);
	if (told_len == 0 || strchr(".!?", told[told_len - 1]) == NULL)
		append(&cut, ".", 1);
	append(&cut, all + first, strlen(all + first));
}
