/* SPDX-License-Identifier: ISC */
#include "texts.h"

const struct letter_texts LETTER_TEXTS_ID = {
	.tag = "id",
	.months = { "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus",
		"September", "Oktober", "November", "Desember" },
	.date = "{day} {month} {year}",

	.title = "{brand}: lisensi Anda",
	.heading = "Lisensi Anda",
	.dated = "Dibuat pada {date}",

	.key = "Kunci lisensi",
	.key_symbols = "0 selalu angka nol dan 1 selalu angka satu; tidak ada huruf O, I, L, atau "
		       "U. Huruf besar dan huruf kecil sama saja.",
	.key_symbols_prefix = "Setelah {prefix}: 0 selalu angka nol dan 1 selalu angka satu; tidak "
			      "ada huruf O, I, L, atau U. Huruf besar dan huruf kecil sama saja.",
	.key_keep = "Simpan halaman ini. Siapa pun yang memegang kunci ini dapat meminta lisensi "
		    "atas nama Anda.",
	.key_qr = "Kode QR kunci lisensi",

	.bought = "Yang Anda miliki",
	.product = "Produk",
	.valid = "Berlaku",
	.sites = "Lokasi",
	.includes = "Termasuk",
	.number = "No. {number}",
	.until = "sampai {date}",
	.forever = "tanpa batas waktu",
	.maintenance = "versi baru sampai {date}",
	.for_tenant = "untuk {tenant}",
	.seats = "{count} pemakaian bersamaan",
	.more = "dan {count} lainnya",

	.steps = "Di komputer, langkah demi langkah",
	.prepare = "Pasang {product}. Salin vendor.manifest yang disertakan ke komputer. Buka "
		   "terminal di folder itu sebagai administrator.",
	.trust = "Tentukan satu kali lisensi dari siapa yang dipercaya komputer ini.",
	.roots = "Perintah ini menampilkan kunci akar; harus sama dengan ini:",
	.starter = "Langsung mulai tanpa menunggu kami: lisensi ini berlaku sampai {date}.",
	.unbound = "Masukkan lisensi yang datang bersama halaman ini.",
	.fingerprint = "Catat ciri komputer ini untuk lisensinya sendiri.",
	.send = "Kirim site.fingerprint ke {email}, atau bawa dengan flash disk. Anda akan "
		"menerima berkas site.license.",
	.send_to_nobody = "Kirim site.fingerprint ke penjual lisensi Anda, atau bawa dengan flash "
			  "disk. Anda akan menerima berkas site.license.",
	.import = "Masukkan berkas itu. Jika berkas yang Anda terima bernama lain, ketik nama itu.",
	.status = "Periksa: tertulis \"active\", dan sampai kapan.",

	.paper_starter = "Lisensi awal di atas kertas",
	.paper_license = "Lisensi di atas kertas",
	.paper = "Berkas hilang? Pindai kode ini, simpan teksnya sebagai {file}, lalu masukkan:",
	.paper_qr = "Kode QR lisensi",

	.call = "Hubungi siapa",
	.telephone = "Telepon",
	.email = "E-mail",
	.web = "Web",
	.call_nobody = "Tanyakan kepada penjual {product}.",
};
