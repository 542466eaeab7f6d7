// SPDX-License-Identifier: ISC
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import skerry.Skerry;
import skerry.Skerry.Document;
import skerry.Skerry.Documents;
import skerry.Skerry.Proof;
import skerry.Skerry.SkerryException;
import skerry.Skerry.Trust;
import skerry.Skerry.Verdict;

/**
 * Skerry.java against the corpus, against a daemon that is not always one, and against a real one: JavaClient corpus FOLDER
 * | damage FOLDER | daemon SOCKET FOLDER MODE-FILE | site TRUST SOCKET.
 */
final class JavaClient {
	private static final Map<String, Object> ANCHORS = new HashMap<>();

	private JavaClient() { }

	/** The pinned chain in a file, or what it is refused for: many cases have the same. */
	private static Trust anchored(Path file) throws IOException {
		if (!ANCHORS.containsKey(file.toString())) {
			try {
				ANCHORS.put(file.toString(), Trust.anchor(Documents.find(Files.readAllBytes(file))));
			} catch (SkerryException e) {
				ANCHORS.put(file.toString(), e);
			}
		}
		if (ANCHORS.get(file.toString()) instanceof Trust trust) {
			return trust.copy();
		}
		throw (SkerryException) ANCHORS.get(file.toString());
	}

	/** A proof's license stands in its carrier with the manifests. */
	private static Verdict prove(Path folder, List<Document> documents, Map<String, String> c) throws IOException {
		List<byte[]> manifests = new ArrayList<>();
		byte[] license = {};
		for (Document document : documents) {
			if (document.kind().equals("manifest")) {
				manifests.add(document.bytes());
			} else {
				license = document.bytes();
			}
		}
		Skerry.Asked asked = new Skerry.Asked(c.get("product"), c.get("tenant"), c.get("domain"), number(c.get("build_date")),
			HexFormat.of().parseHex(c.get("nonce")));
		Proof proof = Proof.take(new Skerry.Shown(license, manifests, Files.readAllBytes(folder.resolve(c.get("proof")))), asked,
			Documents.find(Files.readAllBytes(folder.resolve(c.get("trust")))), anchored(folder.resolve(c.get("trust")))).proof();
		return proof.verdict(number(c.get("at")) - proof.issuedAt);
	}

	private static long number(String text) {
		return text == null ? 0 : Long.parseLong(text);
	}

	private static Verdict judge(Path folder, Map<String, String> c) throws IOException {
		Trust trust = anchored(folder.resolve(c.get("trust")));
		List<Document> documents = Documents.find(Files.readAllBytes(folder.resolve(c.get("license"))));
		if (c.get("proof") != null) {
			return prove(folder, documents, c);
		}
		trust.follow(documents);
		Skerry.License license = Skerry.choose(trust, documents, c.get("product"), c.get("tenant"));
		ZoneId zone = ZoneId.of(c.get("zone") == null ? "UTC" : c.get("zone"));
		return Verdict.of(license, number(c.get("at")), zone, c.get("domain"), number(c.get("build_date")));
	}

	private static String told(Path folder, Map<String, String> c) throws IOException {
		try {
			Verdict v = judge(folder, c);
			StringBuilder told = new StringBuilder(String.join(" ", v.mayRead() ? "ok" : "no_access", v.state, v.access, v.reason, v.notice));
			for (Long at : new Long[] { v.nextChangeAt, v.graceUntil, v.degradedUntil }) {
				told.append(' ').append(at == null ? "never" : at);
			}
			return told.toString();
		} catch (SkerryException e) {
			return e.code() + " - - - - - - -";
		}
	}

	private static boolean corpus(Path folder) throws IOException {
		List<String> lines = Files.readAllLines(folder.resolve("cases.tsv"));
		List<String> columns = List.of(lines.get(0).split("\t"));
		StringBuilder out = new StringBuilder();
		boolean good = lines.size() > 1;
		for (String line : lines.subList(1, lines.size())) {
			List<String> values = List.of(line.split("\t"));
			Map<String, String> c = new LinkedHashMap<>();
			for (int i = 0; i < values.size(); i++) {
				c.put(columns.get(i), values.get(i).equals("-") ? null : values.get(i));
			}
			String got = told(folder, c);
			String want = String.join(" ", values.subList(columns.indexOf("code"), columns.indexOf("verify")));
			good &= got.equals(want);
			out.append(got.equals(want) ? "ok " + c.get("name") : "not ok " + c.get("name") + ": " + got + ", wanted " + want).append('\n');
		}
		System.out.print(out);
		return good;
	}

	private static List<String> accepted(Path pinned, byte[] carrier) throws IOException {
		List<String> good = new ArrayList<>();
		try {
			List<Document> documents = Documents.find(carrier);
			Trust trust = anchored(pinned);
			trust.follow(documents);
			for (Document document : documents) {
				try {
					if (document.kind().equals("license")) {
						trust.license(document.bytes());
						good.add(HexFormat.of().formatHex(document.bytes()));
					}
				} catch (SkerryException e) {
					continue;
				}
			}
		} catch (SkerryException e) {
			return good;
		}
		return good;
	}

	/** Whatever is cut off or altered is a refusal, and nothing altered is a license. */
	private static boolean damage(Path folder) throws IOException {
		Random chance = new Random(7);
		Path pinned = folder.resolve("vendor.manifest");
		Set<String> genuine = new HashSet<>();
		try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.license")) {
			for (Path file : files) {
				byte[] data = Files.readAllBytes(file);
				if (data.length == 0) {
					continue;
				}
				int at = chance.nextInt(data.length), size = chance.nextInt(9), kind = chance.nextInt(3);
				byte[] fresh = new byte[kind == 1 ? size : 0];
				chance.nextBytes(fresh);
				int behind = Math.min(at + (kind < 2 ? size : 0), data.length);
				byte[] damaged = Arrays.copyOf(data, at + fresh.length + data.length - behind);
				System.arraycopy(fresh, 0, damaged, at, fresh.length);
				System.arraycopy(data, behind, damaged, at + fresh.length, data.length - behind);
				List<String> good = accepted(pinned, damaged);
				if (!good.isEmpty()) {
					genuine.addAll(accepted(pinned, data));
				}
				if (!genuine.containsAll(good)) {
					System.out.println(file + " is accepted after damage");
					return false;
				}
			}
		}
		/* No text keeps it busy for long, nor takes its stack. */
		for (String text : List.of("-".repeat(500000), "- ".repeat(250000), "BEGIN".repeat(100000), "\n".repeat(500000), ">-".repeat(250000),
			"From: x\n" + "\n --".repeat(100000), "From: x\nContent-Transfer-Encoding: base64\n\n" + "QUJD\n".repeat(100000),
			"-----BEGIN SKERRY LICENSE-----\n" + "QUJD\n".repeat(100000))) {
			accepted(pinned, text.getBytes(StandardCharsets.ISO_8859_1));
		}
		return true;
	}

	/* --- a daemon ----------------------------------------------------------------------------------- */

	private static long now = 1800000000;

	private static String refused(Runnable call) {
		try {
			call.run();
		} catch (SkerryException e) {
			return e.code();
		}
		return "nothing";
	}

	private static void want(boolean holds, String what) {
		if (!holds) {
			System.err.println("FAIL " + what);
			System.exit(1);
		}
		System.out.println("ok " + what);
	}

	private static boolean daemon(Path socket, Path folder, Path modeFile) throws IOException {
		byte[] trust = Files.readAllBytes(folder.resolve("vendor.manifest"));
		UnaryOperator<Skerry.Config> plain = config -> config;
		java.util.function.Function<UnaryOperator<Skerry.Config>, Skerry> handle = settings -> new Skerry(settings.apply(
			new Skerry.Config(trust, "hotelhub/hms").socket(socket).waitMs(30000).clock(() -> now)));

		for (String good : List.of("good", "chunked")) {
			Files.writeString(modeFile, good);
			Verdict v = handle.apply(plain).verdict();
			want(v.isFull() && v.source.equals("daemon") && !v.message.isEmpty() && v.trouble == null, "a daemon that is " + good + " is believed");
		}
		Skerry s = handle.apply(plain);
		want(s.check("channel_manager") && !s.check("spa") && s.limit("max_rooms") == 100, "features and limits are the license's");
		want(refused(() -> s.limit("spa")).equals("no_limit"), "a limit that is not there is told");
		Map<String, String> modes = new LinkedHashMap<>(Map.of("silent", "no_daemon", "slow", "no_daemon", "garbage", "io", "half", "io",
			"endless", "io", "array", "io", "replayed", "proof", "stranger", "signature", "other-vendor", "trust_key_unknown",
			"not-paired", "not_paired"));
		for (Map.Entry<String, String> mode : modes.entrySet()) {
			Files.writeString(modeFile, mode.getKey());
			UnaryOperator<Skerry.Config> settings = mode.getKey().equals("slow") ? config -> config.waitMs(200) : plain;
			String got = refused(() -> handle.apply(settings).verdict());
			want(got.equals(mode.getValue()), "what is " + mode.getKey() + " is refused: " + got);
			want(refused(() -> handle.apply(settings).claimSeat("x", null)).equals(got), "nor is a seat taken from it");
		}
		Files.writeString(modeFile, "no-license");
		want(handle.apply(plain).verdict().state.equals("unlicensed") && !handle.apply(plain).check("spa"), "that there is no license needs no proof");
		Path gone = Path.of(socket + ".gone");
		want(refused(() -> handle.apply(config -> config.socket(gone)).verdict()).equals("no_daemon"), "nobody at the socket is no_daemon");

		Files.writeString(modeFile, "good");
		s.refresh();
		s.verdict();
		for (String mode : List.of("silent", "no-license")) {
			Files.writeString(modeFile, mode);
			now += 30;
			want(s.verdict().source.equals("daemon"), "a fresh proof is used without asking");
			now += 60;
			Verdict v = s.verdict();
			want(v.isFull() && v.source.equals("last") && v.trouble != null && s.check("channel_manager"), "the last verdict goes on");
			now += 809;
			want(s.verdict().isFull(), "for 15 minutes");
			now += 1;
			v = s.verdict();
			want(!v.mayRead() && !s.check("channel_manager"), "and no longer");
			want(v.reason.equals(mode.equals("silent") ? "no_daemon" : "no_license"), "for a reason: " + v.reason);
			want(refused(() -> s.limit("max_rooms")).equals("no_access"), "nothing is granted then");
			Files.writeString(modeFile, "replayed");
			now += 10;
			want(!s.verdict().isFull(), "a replayed proof does not lengthen it");
			Files.writeString(modeFile, "good");
			now += 10;
			want(s.verdict().isFull(), "the daemon is believed again");
		}
		now -= 100000;
		want(s.verdict().isFull(), "a clock that is set back changes nothing");
		now += 100000;

		Path counted = Path.of(modeFile + ".count");
		long before = Files.size(counted);
		s.refresh();
		boolean said = IntStream.range(0, 8).parallel().allMatch(i -> s.check("channel_manager"));
		want(said && Files.size(counted) <= before + 1, "eight threads ask once");
		seats(s);
		files(folder, handle);
		return true;
	}

	private static void seats(Skerry s) {
		Skerry.Seat seat = s.claimSeat("front desk/2", null);
		want(seat.secret().length() == 16 && seat.expiresIn() == 900, "a seat is claimed");
		want(s.renewSeat("front desk/2", seat.secret()).secret().equals(seat.secret()), "and renewed with its secret");
		want(refused(() -> s.claimSeat("front desk/2", null)).equals("seat_held"), "not by somebody else");
		s.claimSeat("bar", null);
		try {
			s.claimSeat("spa", null);
			want(false, "none is free");
		} catch (SkerryException e) {
			want(e.code().equals("seat_none_free") && "2027-01-01T00:00:00Z".equals(e.retryAt()), "none is free, and when one may be");
		}
		s.releaseSeat("front desk/2", seat.secret());
		want(refused(() -> s.releaseSeat("front desk/2", seat.secret())).equals("seat_unknown"), "a seat is released once");
		for (String holder : List.of("", "two\nlines", "x".repeat(256), "\ud800")) {
			want(refused(() -> s.claimSeat(holder, null)).equals("argument"), "a holder of " + holder.length() + " characters is none");
		}
		want(refused(() -> s.claimSeat("x", "s\r\nX: y")).equals("argument"), "a secret ends no line");
	}

	private static void files(Path folder, java.util.function.Function<UnaryOperator<Skerry.Config>, Skerry> handle) throws IOException {
		want(refused(() -> new Skerry(new Skerry.Config(new byte[1], "hms"))).equals("argument"), "a wrong product is told at once");
		want(refused(() -> new Skerry(new Skerry.Config(new byte[0], "a/b"))).equals("argument"), "and a missing trust");
		want(refused(() -> new Skerry(new Skerry.Config("nonsense".getBytes(StandardCharsets.UTF_8), "a/b"))).equals("document_unknown"), "and a wrong one");
		long at = Files.readAllLines(folder.resolve("cases.tsv")).stream().filter(line -> line.startsWith("ladder-begin-at\t"))
			.mapToLong(line -> Long.parseLong(line.split("\t")[8])).findFirst().orElseThrow();
		Skerry s = handle.apply(config -> config.license(folder.resolve("ladder-begin-at.license")).clock(() -> at).timezone(ZoneId.of("UTC")));
		Verdict v = s.verdict();
		want(s.check("channel_manager") && v.source.equals("file") && v.message.contains("valid"), "a license file without a daemon");
		want(s.verdictAt(at + 62 * 86400).access.equals("read_only"), "and at another time");
		want(refused(() -> s.claimSeat("x", null)).equals("no_seats"), "which has no seats");
		want(refused(() -> handle.apply(config -> config.license(folder.resolve("none"))).verdict()).equals("file_missing"), "a file that is missing is told");
	}

	private static boolean site(Path trust, Path socket) throws IOException {
		Skerry s = new Skerry(new Skerry.Config(Files.readAllBytes(trust), "hotelhub/hms").socket(socket).custom("box-7").waitMs(30000));
		try {
			Verdict v = s.verdict();
			System.out.println(String.join(" ", v.state, v.access, v.reason, v.source, s.check("channel_manager") ? "1" : "0",
				s.check("spa") ? "1" : "0", String.valueOf(s.limit("max_rooms")), v.contact.getOrDefault("telephone", "")));
			System.out.println(v.message);
			Skerry.Seat seat = s.claimSeat("reception/2", null);
			Skerry.Seat again = s.renewSeat("reception/2", seat.secret());
			s.releaseSeat("reception/2", seat.secret());
			System.out.println(seat.secret().equals(again.secret()) && again.expiresIn() > 0 ? "seat" : "no seat");
			System.out.println(s.status().get("product"));
			s.releaseSeat("reception/2", seat.secret());
		} catch (SkerryException e) {
			System.out.println("refused " + e.code());
		}
		return true;
	}

	public static void main(String[] arguments) throws IOException {
		Path[] paths = Arrays.stream(arguments).skip(1).map(Path::of).toArray(Path[]::new);
		boolean good = switch (arguments[0]) {
			case "corpus" -> corpus(paths[0]);
			case "damage" -> damage(paths[0]);
			case "daemon" -> daemon(paths[0], paths[1], paths[2]);
			case "site" -> site(paths[0], paths[1]);
			default -> false;
		};
		System.exit(good ? 0 : 1);
	}
}
