/* SPDX-License-Identifier: ISC */
#include "id.h"

#define RENEW "Impor file perpanjangan, atau mintalah kepada vendor."
#define AGAIN "Impor lisensi sekali lagi, atau mintalah kepada vendor."
#define CLOCK "Setel jam sistem dengan benar; `date -u` menampilkannya."

const struct texts TEXTS_ID = {
	.language = "id",
	.cause = {
		[SKERRY_REASON_OK] = "Lisensi untuk {product} berlaku tanpa batas waktu.",
		[SKERRY_REASON_NOT_YET_VALID] =
			"Lisensi untuk {product} mulai berlaku pada {next}.",
		[SKERRY_REASON_OVERDUE] =
			"Lisensi untuk {product} harus diperpanjang paling lambat {renew_by}.",
		[SKERRY_REASON_EXPIRED] =
			"Masa berlaku lisensi untuk {product} berakhir pada {valid_until}.",
		[SKERRY_REASON_RENEWAL_MISSED] =
			"Lisensi untuk {product} seharusnya sudah diperpanjang paling lambat "
			"{renew_by}.",
		[SKERRY_REASON_SUSPENDED] = "Vendor telah menangguhkan lisensi untuk {product}.",
		[SKERRY_REASON_REVOKED] = "Vendor telah mencabut lisensi untuk {product}.",
		[SKERRY_REASON_SIGNING_KEY_REVOKED] =
			"Kunci penanda tangan lisensi untuk {product} telah dicabut.",
		[SKERRY_REASON_UNPAIRED] =
			"Pasangan instalasi ini dengan lisensi untuk {product} telah diakhiri: "
			"diminta dari sini, atau lisensi dipindahkan ke komputer lain.",
		[SKERRY_REASON_WRONG_MACHINE] =
			"Lisensi untuk {product} dibuat untuk komputer lain.",
		[SKERRY_REASON_TOO_FEW_COMPONENTS] =
			"Terlalu sedikit ciri komputer ini yang dapat dibaca untuk dicocokkan "
			"dengan lisensi.",
		[SKERRY_REASON_WRONG_DOMAIN] = "Lisensi untuk {product} dibuat untuk domain lain.",
		[SKERRY_REASON_WRONG_TENANT] = "Lisensi untuk {product} dibuat untuk tenant lain.",
		[SKERRY_REASON_MAINTENANCE_ENDED] =
			"Masa pemeliharaan berakhir pada {maintenance_until}, sebelum versi ini "
			"dibuat.",
		[SKERRY_REASON_NO_LICENSE] = "Tidak ada lisensi untuk {product}.",
		[SKERRY_REASON_STATE_DAMAGED] = "Folder lisensi rusak atau merupakan salinan lama.",
		[SKERRY_REASON_NO_DAEMON] =
			"Layanan lisensi komputer ini, skerryd, tidak menjawab, sehingga tidak "
			"diketahui apa yang sekarang diizinkan oleh lisensi untuk {product}.",
	},
	.last_date = "Tanggal terakhir yang tercantum dalam lisensi untuk {product} sudah lewat.",
	.no_tenant = "Tidak ada lisensi {product} untuk tenant {tenant}, hanya untuk tenant lain.",
	.active_until_renewal =
		"Lisensi untuk {product} berlaku; perpanjangan paling lambat {renew_by}.",
	.active_until_end = "Lisensi untuk {product} berlaku sampai {valid_until}.",
	.active_quiet = "Sudah lama tidak ada kabar dari vendor.",
	.effect = {
		[SKERRY_STATE_UNLICENSED] = "",
		[SKERRY_STATE_ACTIVE] = "",
		[SKERRY_STATE_OVERDUE] = "",
		[SKERRY_STATE_GRACE] = "Semua tetap berfungsi sampai {grace_until}.",
		[SKERRY_STATE_DEGRADED] =
			"Data dapat dibaca, tetapi tidak dapat diubah, sampai {degraded_until}.",
		[SKERRY_STATE_LOCKED] = "Produk terkunci; data Anda tetap tersimpan.",
	},
	.action = {
		[SKERRY_REASON_OK] = "",
		[SKERRY_REASON_NOT_YET_VALID] =
			"Tunggu sampai tanggal tersebut, atau periksa jam sistem.",
		[SKERRY_REASON_OVERDUE] = RENEW,
		[SKERRY_REASON_EXPIRED] = "Beli masa berlaku baru, lalu impor file lisensinya.",
		[SKERRY_REASON_RENEWAL_MISSED] = RENEW,
		[SKERRY_REASON_SUSPENDED] = "Tanyakan alasannya kepada vendor.",
		[SKERRY_REASON_REVOKED] = "Tanyakan alasannya kepada vendor.",
		[SKERRY_REASON_SIGNING_KEY_REVOKED] =
			"Mintalah kepada vendor lisensi yang ditandatangani dengan kunci baru.",
		[SKERRY_REASON_UNPAIRED] =
			"Untuk memakainya lagi di sini, kirimkan kepada vendor hasil `skerry "
			"pair`, atau `skerry migrate` jika sudah dipindahkan.",
		[SKERRY_REASON_WRONG_MACHINE] =
			"Jalankan `skerry migrate` dengan kunci lisensi dan kirimkan hasilnya "
			"kepada vendor: lisensi lalu dipindahkan ke komputer ini.",
		[SKERRY_REASON_TOO_FEW_COMPONENTS] =
			"Berikan nilai khusus produk dengan --custom, atau kumpulkan ciri lainnya "
			"saat komputer dinyalakan (skerry-components.service), lalu periksa lagi.",
		[SKERRY_REASON_WRONG_DOMAIN] =
			"Sebutkan domain Anda dengan --domain, atau mintalah vendor "
			"menambahkannya.",
		[SKERRY_REASON_WRONG_TENANT] = "Impor lisensi untuk tenant ini.",
		[SKERRY_REASON_MAINTENANCE_ENDED] =
			"Gunakan versi sebelumnya, atau beli masa pemeliharaan lalu impor lisensi "
			"barunya.",
		[SKERRY_REASON_NO_LICENSE] = "Impor file lisensi yang Anda terima dari vendor.",
		[SKERRY_REASON_STATE_DAMAGED] = AGAIN,
		[SKERRY_REASON_NO_DAEMON] =
			"Jalankan sebagai root: `systemctl start skerryd`; `systemctl status "
			"skerryd` menunjukkan mengapa layanan itu tidak berjalan.",
	},
	.by_telephone = "Perpanjangan juga dapat dilakukan lewat telepon: jalankan `skerry extend`, "
			"lalu hubungi vendor.",
	.call_name = "Hubungi {name}:",
	.call_vendor = "Hubungi vendor:",
	.told = "Vendor menyatakan: \"{told}\".",
	.told_action = "Selesaikan hal ini dengan vendor.",
	.this_site = "lokasi ini",
	.why = {
		[WHY_NO_LICENSE] = "Tidak ada lisensi yang tersimpan untuk {product}.",
		[WHY_FILES_UNUSED] =
			"Tidak ada lisensi yang dapat digunakan: {files} di dalam folder tidak "
			"dapat dipakai.",
		[WHY_BEGINS_LATER] = "Lisensi mulai berlaku pada {not_before}.",
		[WHY_VALID] = "Lisensi untuk {product} berlaku.",
		[WHY_RENEWAL_DUE] = "Lisensi harus diperpanjang paling lambat {renew_by}.",
		[WHY_REVOKED] = "Menurut daftar status dari vendor, lisensi ini telah dicabut.",
		[WHY_SUSPENDED] =
			"Menurut daftar status dari vendor, lisensi ini sedang ditangguhkan.",
		[WHY_MAINTENANCE_ENDED] =
			"Masa pemeliharaan berakhir pada {maintenance_until}; versi produk ini "
			"dibuat pada {build_date}.",
		[WHY_SIGNING_KEY] =
			"Vendor mencabut atau membatasi kunci yang menandatangani lisensi ini.",
		[WHY_UNPAIRED] = "Pasangan instalasi ini telah diakhiri: diminta dari sini, atau lisensi "
				 "dipindahkan ke komputer lain.",
		[WHY_OTHER_SITE] = "Lisensi ini terikat pada instalasi lain, atau kunci instalasi "
				   "ini hilang.",
		[WHY_PAIRING_LOST] =
			"Instalasi ini kehilangan catatan waktunya (site.db dan site.clock), dan "
			"karena itu juga ikatannya dengan lisensi ini.",
		[WHY_OTHER_MACHINE] =
			"Komputer ini bukan komputer yang disebut dalam lisensi: bobot yang cocok "
			"{matched}, yang diperlukan {threshold}.",
		[WHY_TOO_FEW_COMPONENTS] =
			"Terlalu sedikit ciri komputer ini yang dapat dibaca: bobot yang cocok "
			"{matched}, yang tidak terbaca {unreadable}, yang diperlukan {threshold}.",
		[WHY_OTHER_DOMAIN] = "Lisensi ini untuk domain lain, misalnya {license_domain}.",
		[WHY_OTHER_TENANT] = "Tidak ada lisensi yang tersimpan untuk tenant {tenant}.",
		[WHY_STATE_RESTORED] =
			"Folder ini merupakan salinan lama; lisensi memberi masa tenggang untuk "
			"keadaan seperti ini.",
		[WHY_TERM_ENDED] = "Masa berlaku berakhir pada {valid_until}.",
		[WHY_RENEWAL_MISSED] =
			"Lisensi seharusnya sudah diperpanjang paling lambat {renew_by}.",
		[WHY_LAST_DATE] =
			"Tanggal terakhir yang tercantum dalam lisensi sudah lewat: {expires_at}.",
		[WHY_CLOCK_BEHIND] = "Jam sistem terlambat lebih dari {tolerance_s}.",
		[WHY_CLOCK_AHEAD] = "Jam sistem terlalu jauh di depan sehingga tidak dipercaya.",
		[WHY_CLOCK_FAULT] =
			"Jam-jam sistem saling bertentangan atau digeser; lama komputer "
			"menyala tidak dapat dihitung seperti biasa.",
		[WHY_CLOCK_UNATTENDED] =
			"Komputer menyala lebih dari sehari tanpa ada pemeriksaan lisensi.",
		[WHY_CLOCK_CANDIDATE] =
			"Jam sistem maju ke {candidate} dan waktu itu belum dipercaya. Waktu itu "
			"akan dipercaya setelah komputer menyala {left_s} lagi.",
		[WHY_STATUS_OLD] =
			"Kabar terakhir dari vendor bertanggal {heard_at}; lisensi memerlukan "
			"kabar setidaknya setiap {max_status_age_s}.",
		[WHY_STATE_NOTICED] =
			"Folder ini merupakan salinan lama; hal ini dicatat tanpa akibat apa pun.",
		[WHY_COMPONENTS_DIFFER] = "Berbeda dari yang disebut dalam lisensi: {different}.",
		[WHY_COMPONENTS_UNREADABLE] = "Tidak terbaca di komputer ini: {not_readable}.",
		[WHY_TERM_GOES_ON] = "Masa berlakunya sendiri sampai {valid_until}.",
		[WHY_RENEWAL_AHEAD] = "Lisensi harus diperpanjang paling lambat {renew_by}.",
		[WHY_TELEPHONE_STEPS] =
			"{steps} dari {steps_max} perpanjangan lewat telepon, masing-masing "
			"{step_s}, sudah dipakai; lisensi harus diperpanjang paling lambat "
			"{renew_by}.",
		[WHY_NEXT_LICENSE] =
			"Edisi {edition} dari lisensi {license} mulai berlaku pada {not_before}.",
		[WHY_RECORDED] = "Dicatat untuk lisensi {license} edisi {edition}.",
	},
	.step = {
		[SKERRY_STATE_UNLICENSED] = "",
		[SKERRY_STATE_ACTIVE] = "",
		[SKERRY_STATE_OVERDUE] = "",
		[SKERRY_STATE_GRACE] = "Akses penuh sampai {until}.",
		[SKERRY_STATE_DEGRADED] = "Hanya baca sampai {until}.",
		[SKERRY_STATE_LOCKED] = "Tidak ada akses.",
	},
	.step_open = {
		[SKERRY_STATE_UNLICENSED] = "",
		[SKERRY_STATE_ACTIVE] = "",
		[SKERRY_STATE_OVERDUE] = "",
		[SKERRY_STATE_GRACE] = "",
		[SKERRY_STATE_DEGRADED] = "Hanya baca.",
		[SKERRY_STATE_LOCKED] = "Tidak ada akses.",
	},
	.advice = {
		[WHY_OTHER_SITE] =
			"Kirimkan hasil `skerry fingerprint` kepada vendor dan mintalah lisensi "
			"untuk instalasi ini, atau jalankan `skerry restore` dengan cadangan "
			"instalasi yang disebut dalam lisensi.",
		[WHY_PAIRING_LOST] =
			"Jalankan `skerry restore` dengan cadangan terbaru instalasi ini. Jika "
			"tidak ada, kirimkan hasil `skerry fingerprint` kepada vendor: mereka "
			"membuat lisensi yang terikat kembali.",
		[WHY_STATE_RESTORED] = "Mintalah file lisensi baru kepada vendor, lalu impor; lisensi yang sudah "
				       "tersimpan tidak mengakhiri keadaan ini.",
		[WHY_CLOCK_BEHIND] = CLOCK,
		[WHY_CLOCK_AHEAD] =
			"Setel jam sistem dengan benar; jika sudah benar, jalankan `skerry clock "
			"confirm TANGGAL`.",
		[WHY_CLOCK_FAULT] =
			"Nyalakan ulang komputer dan setel jamnya dengan benar; jalankan produk "
			"tanpa jam yang digeser.",
		[WHY_CLOCK_UNATTENDED] = "Jalankan `skerry status` beberapa kali sehari.",
		[WHY_CLOCK_CANDIDATE] =
			"Jika tanggal itu salah, setel jam sistem dengan benar sebelum tanggal itu dipercaya.",
		[WHY_STATUS_OLD] = RENEW,
		[WHY_STATE_NOTICED] =
			"Jika tidak ada yang memulihkan cadangan, tanyakan kepada vendor.",
	},
	.part = {
		[WHY_DECIDES] = "Alasan",
		[WHY_HOLDS_TOO] = "Hal lain yang juga berlaku",
		[WHY_NOTICE] = "Perhatian",
		[WHY_NEWS] = "Perlu diketahui",
	},
	.to_do = "Yang perlu Anda lakukan",
	.to_come = "Yang akan terjadi",
	.since = "sejak {since}",
	.stand = {
		[SKERRY_STATE_UNLICENSED] = "tanpa lisensi yang berlaku",
		[SKERRY_STATE_ACTIVE] = "akses penuh",
		[SKERRY_STATE_OVERDUE] = "akses penuh",
		[SKERRY_STATE_GRACE] = "akses penuh, masa tenggang",
		[SKERRY_STATE_DEGRADED] = "hanya baca",
		[SKERRY_STATE_LOCKED] = "tidak ada akses",
	},
	.brief = {
		[SKERRY_REASON_OK] = "",
		[SKERRY_REASON_NOT_YET_VALID] = "mulai berlaku nanti",
		[SKERRY_REASON_OVERDUE] = "perlu diperpanjang",
		[SKERRY_REASON_EXPIRED] = "masa berlaku habis",
		[SKERRY_REASON_RENEWAL_MISSED] = "belum diperpanjang",
		[SKERRY_REASON_SUSPENDED] = "ditangguhkan",
		[SKERRY_REASON_REVOKED] = "dicabut",
		[SKERRY_REASON_SIGNING_KEY_REVOKED] = "kunci penanda tangan dicabut",
		[SKERRY_REASON_UNPAIRED] = "pasangannya telah diakhiri",
		[SKERRY_REASON_WRONG_MACHINE] = "komputer lain",
		[SKERRY_REASON_TOO_FEW_COMPONENTS] = "terlalu sedikit ciri terbaca",
		[SKERRY_REASON_WRONG_DOMAIN] = "domain lain",
		[SKERRY_REASON_WRONG_TENANT] = "tenant lain",
		[SKERRY_REASON_MAINTENANCE_ENDED] = "masa pemeliharaan habis",
		[SKERRY_REASON_NO_LICENSE] = "tidak ada lisensi",
		[SKERRY_REASON_STATE_DAMAGED] = "folder rusak atau salinan lama",
		[SKERRY_REASON_NO_DAEMON] = "skerryd tidak menjawab",
	},
	.notice = {
		[SKERRY_NOTICE_NONE] = "",
		[SKERRY_NOTICE_INFO] = "",
		[SKERRY_NOTICE_WARN] = " (peringatan)",
		[SKERRY_NOTICE_ALERT] = " (mendesak)",
	},
	.now = "sekarang",
	.then = "jika demikian",
	.unchanged = "Tidak ada yang berubah dengan sendirinya.",
	.and_more = "Langkah berikutnya tidak ditampilkan.",
	.without_matches =
		"Dengan {without} yang lain, komputer ini tetap cocok: bobot {matched}, yang "
		"diperlukan {threshold}.",
	.without_fails =
		"Dengan {without} yang lain, komputer ini tidak cocok lagi: bobot {matched}, yang "
		"diperlukan {threshold}.",
	.without_unbound =
		"Lisensi ini tidak terikat pada komputer: {without} yang lain tidak mengubah apa "
		"pun.",
	.without_unnamed =
		"Lisensi ini tidak menyebut {without}: yang lain tidak mengubah apa pun.",
	.as_if = "Seandainya sekarang {at}, dengan dokumen dan komputer yang ada hari ini.",
	.past_heading = "Pada {at}, menurut jurnal:",
	.past_told = "Dicatat dalam entri jurnal nomor {entry} pada {recorded_at}.",
	.past_follows =
		"Entri jurnal nomor {entry}, pada {recorded_at}, masih menyatakan: {stand}. Keterangan di "
		"sini disimpulkan dari fakta yang dicatat saat itu dan dari lisensinya, yang masih "
		"tersimpan.",
	.past_passed =
		"Entri jurnal nomor {entry}, pada {recorded_at}, masih menyatakan: {stand}. Setelah itu "
		"sebuah tanggal yang tercatat di sana terlewati tanpa ada pemeriksaan lagi.",
	.past_gone =
		"Lisensi itu tidak tersimpan lagi di sini, jadi yang ditampilkan adalah catatannya.",
	.past_other =
		"Versi skerry ini akan memutuskan lain berdasarkan fakta yang tercatat; yang ditampilkan "
		"adalah catatannya.",
	.past_words =
		"Dicatat oleh versi skerry yang lain; fakta di baliknya tidak dapat dibaca.",
	.past_nearest =
		"Belum ada yang bertanya persis seperti ini; ini jawaban untuk `{asked}`.",
	.past_unkept =
		"Nilai atau tanggal pembuatan yang disebut saat itu tidak disimpan, jadi mungkin berbeda.",
	.past_newer = "Ada lisensi baru yang masuk pada {newer_at} (entri nomor {newer}) dan sejak itu belum ada pemeriksaan: hasilnya tidak tercatat, dan keterangan berikut berasal dari sebelumnya.",
	.past_next =
		"Lisensi lain mulai berlaku pada {next}; sejak itu tidak ada pemeriksaan, jadi hasilnya "
		"tidak tercatat.",
	.past_turned =
		"Waktu instalasi ini dimundurkan pada entri nomor {turned}, sehingga saat ini dilalui "
		"lebih dari sekali; yang ditampilkan adalah yang terakhir.",
	.past_broken =
		"Jangan andalkan keterangan ini: jurnal diubah atau rusak pada entri nomor {broken}.",
	.past_events = "Yang terjadi sebelumnya, mulai dari yang terbaru",
	.was_to_come = "Yang akan terjadi setelah itu",
	.event = {
		[EVENT_OTHER] = "Kejadian lain: {kind}, {subject}.",
		[EVENT_LICENSE_TAKEN] = "Lisensi {name} edisi {edition} diimpor.",
		[EVENT_LICENSE_WAITS] =
			"Lisensi {name} edisi {edition} diimpor dan mulai berlaku nanti.",
		[EVENT_LICENSE_REFUSED] = "Lisensi {name} ditolak ({error}).",
		[EVENT_MANIFEST_TAKEN] = "Manifes {name} diimpor.",
		[EVENT_MANIFEST_REFUSED] = "Manifes {name} ditolak ({error}).",
		[EVENT_FILE_FOUND] = "Ada file di dalam folder yang tidak pernah diimpor: {subject}.",
		[EVENT_FILE_GONE] = "Sebuah file hilang dari folder: {subject}.",
		[EVENT_FILE_HEALED] =
			"Sebuah file hilang dari folder dan dikembalikan: {subject}.",
		[EVENT_CLOCK_MOVED] = "Jam sistem memajukan waktu instalasi ini {duration}.",
		[EVENT_CLOCK_CANDIDATE] =
			"Jam sistem {duration} di depan dan belum dipercaya.",
		[EVENT_CLOCK_CANDIDATE_GONE] =
			"Jam sistem tidak lagi menunjukkan tanggal yang belum dipercaya itu.",
		[EVENT_CLOCK_WORD] = "Jam sistem: {after}; sebelumnya: {before}.",
		[EVENT_CLOCK_STRANGE] =
			"Mesin lain memakai folder ini, atau boot id mesin berubah tanpa dinyalakan "
			"ulang (berjalan {duration}).",
		[EVENT_CLOCK_LAPSE] = "Lisensi tidak diperiksa selama lebih dari sehari.",
		[EVENT_CLOCK_CONFIRMED] = "Tanggal pada jam sistem dikonfirmasi oleh seseorang.",
		[EVENT_CLOCK_BACK] =
			"Waktu instalasi ini dimundurkan karena kunci yang menandatanganinya dicabut.",
		[EVENT_MACHINE_BEGINS] = "Komputer tidak cocok lagi dengan lisensi {name}.",
		[EVENT_MACHINE_OVER] = "Komputer kembali cocok dengan lisensi {name}.",
		[EVENT_DOMAIN_BEGINS] = "Domain tidak cocok dengan lisensi {name}.",
		[EVENT_DOMAIN_OVER] = "Domain kembali cocok dengan lisensi {name}.",
		[EVENT_ROLLBACK] = "Folder ternyata merupakan salinan lama.",
		[EVENT_ROLLBACK_OVER] = "Kabar dari vendor mengakhiri akibat salinan lama itu.",
		[EVENT_RESTORED] = "Sebuah cadangan dipulihkan.",
		[EVENT_REBUILT] = "Basis data hilang lalu dibuat ulang.",
		[EVENT_JOURNAL_BROKEN] = "Jurnal ternyata diubah atau rusak.",
		[EVENT_PINNED] = "Manifes vendor ditetapkan sebagai yang dipercaya.",
		[EVENT_EXTENDED] = "Lisensi {name} diperpanjang lewat telepon.",
	},
	.clock = {
		[EVALUATE_CLOCK_OK] = "normal",
		[EVALUATE_CLOCK_BEHIND] = "terlambat",
		[EVALUATE_CLOCK_AHEAD_UNPROVEN] = "terlalu jauh di depan",
		[EVALUATE_CLOCK_FAULT] = "saling bertentangan",
		[EVALUATE_CLOCK_UNATTENDED] = "lebih dari sehari tanpa pemeriksaan",
	},
	.extend_taken =
		"Diterima: langkah {step} dari {steps} untuk {product}, lisensi {license}.",
	.extend_held = "Tidak ada yang baru: langkah {step} untuk {product}, lisensi {license}, sudah "
		       "berlaku.",
	.extend_lower =
		"Tidak ada yang berubah: ini kode langkah {step} untuk {product}, lisensi {license}, "
		"sedangkan langkah {held} sudah berlaku.",
	.extend_in_vain = "Akses tidak pulih: masa yang diberikan langkah itu sudah lewat.",
	.extend_would = "Langkah {step} akan memulihkannya: mintalah kodenya kepada vendor.",
	.extend_none_would =
		"Tidak ada lagi langkah yang memulihkannya: mintalah file lisensi baru kepada vendor.",
	.extend_say = "Sebutkan: lisensi {license}, aktivasi {activation}, edisi {edition}, langkah {step}.",
	.extend_ask = "Mintalah {count} langkah sekaligus: baru langkah {step} yang memulihkan akses.",
	.extend_type = "Ketik 20 karakter yang dibacakan kepada Anda: `skerry extend KODE`.",
	.extend_heading = "{product}, lisensi {license}, aktivasi {activation}",
	.extend_steps = "langkah terpakai",
	.extend_used = "{held} dari {steps}, masing-masing {days} hari",
	.extend_next = "langkah berikutnya",
	.extend_all_used = "semua terpakai",
	.extend_term_ends = "tidak berguna: masa berlaku habis",
	.extend_too_late = "terlambat: tidak ada langkah yang memulihkan akses",
	.extend_before = "tadinya sampai",
	.extend_renew_by = "paling lambat",
	.extend_full = "akses penuh sampai",
	.extend_read = "hanya baca sampai",
	.extend_left = "sisa langkah",
	.extend_left_of = "{left} dari {steps}",
	.extend_left_none = "habis; berikutnya perlu dokumen baru dari vendor",
	.extend_left_term = "tidak berguna lagi: masa berlaku berakhir saat itu",
	.import_license = "lisensi {license} untuk {product}, edisi {edition}",
	.import_reply = "balasan {number} dari {brand}",
	.import_status = "daftar status {brand} tanggal {date}",
	.import_bundle = "bundel {number}",
	.import_says = "Jawaban vendor",
	.import_notice = "Pemberitahuan dari vendor",
	.import_manifest = "manifes versi {version}",
	.import_renew_by = "Harus diperpanjang paling lambat {renew_by}.",
	.import_answers = "Ini menjawab permintaan {request} dari instalasi ini.",
	.import_time = "Vendor telah menyetel waktu instalasi ini: {date}.",
	.import_nothing = "Tidak ada yang untuk instalasi ini dalam {document}.",
	.import_taken = "Diterima: {document}.",
	.import_waits = "Diterima: {document}. Dokumen ini baru berlaku nanti dan menunggu di "
			"samping yang sedang dipakai.",
	.import_held = "Tidak ada yang baru: {document} sudah ada di sini.",
	.import_older =
		"Tidak ada yang berubah: {document} lebih lama daripada yang sudah tersimpan di sini.",
	.import_older_vendor = "Tidak ada yang berubah: {document} lebih lama daripada yang sudah "
			       "tersimpan di sini, atau milik vendor lain.",
	.import_free = "Tidak perlu diperpanjang; edisi sebelumnya diperpanjang lewat telepon sampai "
		       "{before}.",
	.import_earlier = "Harus diperpanjang paling lambat {renew_by}, lebih awal daripada {before}, "
			  "tanggal dari perpanjangan lewat telepon.",
	.import_later = "Harus diperpanjang paling lambat {renew_by}; edisi sebelumnya diperpanjang "
			"lewat telepon sampai {before}.",
	.clock_begins = "Waktu instalasi ini dimulai dengan lisensi pertamanya.",
	.clock_confirmed = "Waktu instalasi ini sekarang {after}; sebelumnya {before}.",
	.clock_site = "waktu instalasi",
	.clock_machine = "jam komputer ini",
	.clock_condition = "keadaan jam",
	.clock_candidate = "belum dipercaya",
	.clock_believed = "dipercaya setelah",
	.clock_correct = "perbaiki sebelum",
	.clock_left = "komputer menyala {left} lagi",
	.clock_advice = "saran",
	.monitor_clock = "jam",
	.monitor_rollback = "salinan lama dikembalikan",
	.monitor_unrecorded = "tidak ada yang dapat dicatat",
	.monitor_exposed = "folder atau kunci rahasia dapat dibuka orang lain",
	.monitor_unused = { "file tidak berguna", "file tidak berguna" },
	.local_time = "waktu setempat",
	.access = {
		[SKERRY_ACCESS_NONE] = "tidak ada akses",
		[SKERRY_ACCESS_READ_ONLY] = "hanya baca",
		[SKERRY_ACCESS_FULL] = "akses penuh",
	},
	.units = { { "hari", "hari" }, { "jam", "jam" }, { "menit", "menit" }, { "detik", "detik" } },
	.files = { "file", "file" },
};
