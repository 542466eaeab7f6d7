// SPDX-License-Identifier: ISC
package skerry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Skerry for Java: what may this product do here, now?
 *
 * <p>One file, Java 17 or later, nothing else. A product pins its vendor's root manifest and asks:
 *
 * <pre>{@code
 *     import skerry.Skerry;
 *
 *     Skerry skerry = new Skerry(new Skerry.Config(VENDOR_MANIFEST, "hotelhub/hms"));  // bytes that are part of the program
 *     if (skerry.check("channel_manager")) ...
 *     long rooms = skerry.limit("max_rooms");
 *     System.out.println(skerry.verdict().message);
 *     Skerry.Seat seat = skerry.claimSeat("front desk 2", null);
 *     skerry.releaseSeat("front desk 2", seat.secret());
 * }</pre>
 *
 * <p>Two ways to know, one of which is chosen by the configuration:
 *
 * <ul>
 * <li>skerryd, the daemon of the site ({@code socket}, the default). It keeps the time, compares the machine and hands
 * out seats. Nothing it says is believed unproven: each answer is signed by the site's own key over a fresh nonce, the
 * license names that key, and the pinned root leads to the license. When the daemon does not answer, the last proof
 * holds until it would change, at most 15 minutes.
 * <li>a license file ({@code license}), where there is no daemon. It has no memory: time is the wall clock, no earlier
 * than the license's own date, a revocation is known only from a manifest beside the license, and no component of the
 * machine can be read. A license for a machine gives its rebind grace and no more.
 * </ul>
 *
 * <p>What is refused is refused with the code that Skerry's C library gives (SkerryException.code()). One object serves
 * all threads. Nothing here prints, and no global state is kept. docs/guide/clients.md tells more.
 */
public final class Skerry {
	private static final long NEVER = Long.MAX_VALUE, ALWAYS = Long.MIN_VALUE;
	private static final long DAY_S = 86400, TIME_MAX = 253402300799L, DURATION_MAX = 36600 * DAY_S;
	private static final int PROOF_LIVES_S = 900, RETRY_S = 10;

	private static final Map<String, String> SENTENCES = Map.ofEntries(
		Map.entry("argument", "A setting is missing or makes no sense."),
		Map.entry("signature", "The signature does not fit: the license was altered, or is not the vendor's."),
		Map.entry("trust_key_unknown", "The license was signed by a key that the pinned manifest does not list."),
		Map.entry("trust_key_revoked", "The key that signed the license has been revoked."),
		Map.entry("trust_root_unknown", "A manifest is signed by somebody who is no root of this vendor."),
		Map.entry("trust_threshold", "A manifest has too few signatures."),
		Map.entry("product", "The license is for another product."),
		Map.entry("brand", "The license is of another brand."),
		Map.entry("tenant", "The license is for another tenant."),
		Map.entry("no_license", "There is no license."),
		Map.entry("no_access", "The license gives no access."),
		Map.entry("no_limit", "The license names no such limit."),
		Map.entry("no_seats", "The license has no seats."),
		Map.entry("not_paired", "The license is not bound to this site, so that its daemon can prove nothing."),
		Map.entry("proof", "The answer is not one to this question, or too old."),
		Map.entry("no_daemon", "skerryd does not answer."),
		Map.entry("io", "What answers at the socket is no skerryd."),
		Map.entry("file_missing", "There is no such file."),
		Map.entry("file_permission", "It may not be read by this user."));

	/** Why something was refused: code() is a stable name, as in the daemon's answers. */
	public static final class SkerryException extends RuntimeException {
		private static final long serialVersionUID = 1;
		private final String code;
		private final int offset;
		private final String retryAt;

		public SkerryException(String code, String message, int offset, String retryAt) {
			super(message != null && !message.isEmpty() ? message : SENTENCES.getOrDefault(code, "The license is refused: " + code + "."));
			this.code = code;
			this.offset = offset;
			this.retryAt = retryAt;
		}

		/** "signature", "seat_none_free", ... */
		public String code() {
			return code;
		}

		/** Byte in the document, for malformed input; else 0. */
		public int offset() {
			return offset;
		}

		/** When a seat may be free, RFC 3339; or null. */
		public String retryAt() {
			return retryAt;
		}
	}

	private static SkerryException refused(String code, int at) {
		return new SkerryException(code, null, at, null);
	}

	private static SkerryException refused(String code) {
		return refused(code, 0);
	}

	private static SkerryException refused(String code, String message) {
		return new SkerryException(code, message, 0, null);
	}

	/* --- Ed25519 ------------------------------------------------------------------------------------ */

	private static final class Ed25519 {
		private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
		private static final BigInteger L = BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
		private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");
		/* y of the points of small order: with such a key, or such an R, one signature fits many messages. */
		private static final Set<BigInteger> SMALL_ORDER = new HashSet<>();

		static {
			for (String y : List.of("0000000000000000000000000000000000000000000000000000000000000000",
				"0100000000000000000000000000000000000000000000000000000000000000",
				"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
				"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
				"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
				"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
				"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")) {
				SMALL_ORDER.add(littleEndian(HexFormat.of().parseHex(y), 0));
			}
		}

		private static BigInteger littleEndian(byte[] bytes, int from) {
			byte[] reversed = new byte[32];
			for (int i = 0; i < 32; i++) {
				reversed[31 - i] = bytes[from + i];
			}
			return new BigInteger(1, reversed);
		}

		/** As libsodium: no small order, nothing that could be written in another way. */
		static boolean verify(byte[] key, byte[] signature, byte[] message) {
			BigInteger y = littleEndian(key, 0).clearBit(255);
			if (SMALL_ORDER.contains(y) || y.compareTo(P) >= 0 || SMALL_ORDER.contains(littleEndian(signature, 0).clearBit(255)) ||
				littleEndian(signature, 32).compareTo(L) >= 0) {
				return false;
			}
			try {
				Signature verifier = Signature.getInstance("Ed25519");
				verifier.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(join(X509, key))));
				verifier.update(message);
				return verifier.verify(signature);
			} catch (GeneralSecurityException e) {
				return false;
			}
		}
	}

	private static byte[] join(byte[]... parts) {
		ByteArrayOutputStream whole = new ByteArrayOutputStream();
		for (byte[] part : parts) {
			whole.writeBytes(part);
		}
		return whole.toByteArray();
	}

	private static byte[] sha256(byte[]... parts) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(join(parts));
		} catch (GeneralSecurityException e) {
			throw new IllegalStateException(e);
		}
	}

	/** Text, or null: strict UTF-8. */
	private static String utf8(byte[] bytes) {
		try {
			return StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
				.onUnmappableCharacter(CodingErrorAction.REPORT).decode(ByteBuffer.wrap(bytes)).toString();
		} catch (CharacterCodingException e) {
			return null;
		}
	}

	/* --- CBOR --------------------------------------------------------------------------------------- */

	/** A COSE_Key: on curve 6 (Ed25519) or 4 (X25519). */
	private record Key(int curve, int alg, byte[] x) {
		boolean same(Key other) {
			return curve == other.curve && alg == other.alg && Arrays.equals(x, other.x);
		}

		/** The first 8 bytes of a key's thumbprint (RFC 9679), in hexadecimal: of the point alone. */
		String kid() {
			byte[] head = { (byte) 0xa3, 0x01, 0x01, 0x20, (byte) curve, 0x21, 0x58, 0x20 };
			return HexFormat.of().formatHex(sha256(head, x), 0, 8);
		}
	}

	/** A claim by its label, 0 for one that no claim has; false: it is not known. */
	private interface ClaimReader {
		boolean read(int label);
	}

	/** What label() needs to hold the order: entries left, the key before. */
	private static final class Entries {
		int left;
		byte[] before;

		Entries(int left) {
			this.left = left;
		}
	}

	/** The strict reader of deterministic CBOR (RFC 8949, section 4.2.1). */
	private static final class Cbor {
		static final int UINT = 0, NINT = 1, BYTES = 2, TEXT = 3, ARRAY = 4, MAP = 5, TAG = 6, SIMPLE = 7, NONE = 8;
		static final int DEPTH_MAX = 16, COUNT_MAX = 4096, ANY = Integer.MAX_VALUE;
		private static final Map<String, int[]> KEY_HEADS = Map.of("a4010103272006215820", new int[] { 6, -8 },
			"a4010103322006215820", new int[] { 6, -19 }, "a301012004215820", new int[] { 4, 0 });

		/** `big`: beyond 2^63 - 1. */
		private record Head(int type, long value, int after, boolean big) { }

		final byte[] data;
		int at;
		private final int end;
		private int depth;

		Cbor(byte[] data) {
			this(data, 0, data.length);
		}

		Cbor(byte[] data, int at, int end) {
			this.data = data;
			this.at = at;
			this.end = end;
		}

		byte[] slice(int from) {
			return Arrays.copyOfRange(data, from, at);
		}

		int peek() {
			return at < end ? (data[at] & 0xff) >> 5 : NONE;
		}

		/** The next head, which is not taken. */
		private Head head() {
			if (at >= end) {
				throw refused("cbor_truncated", at);
			}
			int type = (data[at] & 0xff) >> 5, low = data[at] & 0x1f;
			if (low < 24) {
				if (type == SIMPLE && (low < 20 || low > 22)) {
					throw refused(low == 23 ? "cbor_undefined" : "cbor_simple", at);
				}
				return new Head(type, low, at + 1, false);
			}
			if (low > 27) {
				throw refused(low == 31 ? "cbor_indefinite" : "cbor_reserved", at);
			}
			int size = 1 << (low - 24);
			if (end - at - 1 < size) {
				throw refused("cbor_truncated", at);
			}
			if (type == SIMPLE) {
				throw refused(size == 1 ? "cbor_simple" : "cbor_float", at);
			}
			long value = 0;
			for (int i = 1; i <= size; i++) {
				value = value << 8 | data[at + i] & 0xff;
			}
			if (value >= 0 && value < (size == 1 ? 24 : 1L << 4 * size)) {
				throw refused("cbor_not_shortest", at);
			}
			return new Head(type, value, at + 1 + size, value < 0);
		}

		private SkerryException wrongType(int type) {
			return refused(type == TAG ? "cbor_tag" : "cbor_type", at);
		}

		private Head typed(int wanted) {
			Head head = head();
			if (head.type != wanted) {
				throw wrongType(head.type);
			}
			return head;
		}

		long uint(long most) {
			Head head = typed(UINT);
			if (head.big || head.value > most) {
				throw refused("cbor_range", at);
			}
			at = head.after;
			return head.value;
		}

		long integer(long least, long most) {
			Head head = head();
			if (head.type != UINT && head.type != NINT) {
				throw wrongType(head.type);
			}
			long value = head.type == UINT ? head.value : -1 - head.value;
			if (head.big || value < least || value > most) {
				throw refused("cbor_range", at);
			}
			at = head.after;
			return value;
		}

		private byte[] string(int type, int most) {
			Head head = typed(type);
			if (head.big || head.value > end - head.after) {
				throw refused("cbor_length", at);
			}
			if (head.value > most) {
				throw refused("cbor_count", at);
			}
			byte[] string = Arrays.copyOfRange(data, head.after, head.after + (int) head.value);
			if (type == TEXT && utf8(string) == null) {
				throw refused("cbor_utf8", at);
			}
			at = head.after + string.length;
			return string;
		}

		byte[] bytes(int most) {
			return string(BYTES, most);
		}

		byte[] fixed(int size) {
			int from = at;
			byte[] string = string(BYTES, size);
			if (string.length != size) {
				throw refused("cbor_count", from);
			}
			return string;
		}

		String text(int most) {
			return new String(string(TEXT, most), StandardCharsets.UTF_8);
		}

		boolean bool() {
			Head head = typed(SIMPLE);
			if (head.value == 22) {
				throw refused("cbor_type", at);
			}
			at = head.after;
			return head.value == 21;
		}

		private void enter(int after) {
			if (depth >= DEPTH_MAX) {
				throw refused("cbor_depth", at);
			}
			depth++;
			at = after;
		}

		private int begin(int type, int entrySize, int most) {
			Head head = typed(type);
			if (head.big || head.value > (end - head.after) / entrySize) {
				throw refused("cbor_length", at);
			}
			if (head.value > most) {
				throw refused("cbor_count", at);
			}
			enter(head.after);
			return (int) head.value;
		}

		int array(int most) {
			return begin(ARRAY, 1, most);
		}

		/** Behind the last entry of an array, and behind a tag's content. */
		void leave() {
			depth--;
		}

		Entries map(int most) {
			return new Entries(begin(MAP, 2, most));
		}

		private void taken(Entries entries, int from) {
			byte[] key = slice(from);
			int order = entries.before == null ? -1 : Arrays.compareUnsigned(entries.before, key);
			if (order >= 0) {
				throw refused(order == 0 ? "cbor_key_duplicate" : "cbor_key_order", from);
			}
			entries.left--;
			entries.before = key;
		}

		/** The next label; null, and the map closed, after the last. */
		Long label(Entries entries) {
			if (entries.left == 0) {
				leave();
				return null;
			}
			int from = at;
			long label = integer(Long.MIN_VALUE, Long.MAX_VALUE);
			taken(entries, from);
			return label;
		}

		String name(Entries entries, int most) {
			if (entries.left == 0) {
				leave();
				return null;
			}
			int from = at;
			String name = text(most);
			taken(entries, from);
			return name;
		}

		/** A key of either kind: Long or String. */
		Object key(Entries entries) {
			if (peek() == TEXT && entries.left > 0) {
				return name(entries, ANY);
			}
			return label(entries);
		}

		void tag(int wanted) {
			Head head = typed(TAG);
			if (head.value != wanted) {
				throw refused("cbor_tag", at);
			}
			enter(head.after);
		}

		/** Passes over the next item, holding it to the whole profile. */
		void skip() {
			Head head = head();
			switch (head.type) {
				case UINT, NINT, SIMPLE -> at = head.after;
				case BYTES, TEXT -> string(head.type, ANY);
				case ARRAY -> {
					for (int left = array(COUNT_MAX); left > 0; left--) {
						skip();
					}
					leave();
				}
				case MAP -> {
					Entries entries = map(COUNT_MAX);
					while (entries.left > 0) {
						skipKey(entries);
						skip();
					}
					leave();
				}
				default -> throw wrongType(head.type);
			}
		}

		private void skipKey(Entries entries) {
			int from = at;
			Head head = head();
			if (head.type == TEXT) {
				string(TEXT, ANY);
			} else if (head.type == UINT || head.type == NINT) {
				at = head.after;
			} else {
				throw wrongType(head.type);
			}
			taken(entries, from);
		}

		void finish() {
			if (at < end) {
				throw refused("cbor_trailing", at);
			}
		}

		/* --- what claims are made of --- */

		/** Reads each label; an unknown one is passed over, or critical. Returns how many there are. */
		int claims(ClaimReader reader, int... required) {
			int from = at;
			Entries entries = map(64);
			Set<Long> seen = new HashSet<>();
			for (;;) {
				int labelAt = at;
				Object key = key(entries);
				if (key == null) {
					break;
				}
				if (!(key instanceof Long label)) {
					throw refused("claim_critical", labelAt);
				}
				seen.add(label);
				if (!reader.read(label == label.intValue() ? label.intValue() : 0)) {
					if (label < 0) {
						throw refused("claim_critical", labelAt);
					}
					skip();
				}
			}
			for (int label : required) {
				if (!seen.contains((long) label)) {
					throw refused("claim_missing", from);
				}
			}
			return seen.size();
		}

		long date() {
			return integer(0, TIME_MAX);
		}

		long duration(long least) {
			int from = at;
			long value = integer(least, DURATION_MAX);
			if (value == 0) {
				throw refused("claim_value", from);
			}
			return value;
		}

		long positive(long most) {
			int from = at;
			long value = uint(most);
			if (value == 0) {
				throw refused("claim_value", from);
			}
			return value;
		}

		String someText(int most) {
			int from = at;
			String text = text(most);
			if (text.isEmpty()) {
				throw refused("claim_value", from);
			}
			return text;
		}

		/** Text of a form: a regular expression for all of it. */
		String form(int most, Pattern form) {
			int from = at;
			String text = text(most);
			if (!form.matcher(text).matches()) {
				throw refused("claim_value", from);
			}
			return text;
		}

		boolean yes() {
			int from = at;
			if (!bool()) {
				throw refused("claim_value", from);
			}
			return true;
		}

		void version() {
			int from = at;
			Head head = typed(UINT);
			at = head.after;
			if (head.value != 1) {
				throw refused(head.value == 0 ? "claim_value" : "claim_version", from);
			}
		}

		void tuple(int size) {
			int from = at;
			if (array(size) != size) {
				throw refused("cbor_count", from);
			}
		}

		/** A list of 1 to `most` entries, each read after the one before, which is null for the first. */
		<T> List<T> list(int most, Function<T, T> read) {
			int from = at;
			int count = array(most);
			if (count == 0) {
				throw refused("claim_value", from);
			}
			List<T> list = new ArrayList<>();
			for (T before = null; list.size() < count; list.add(before)) {
				before = read.apply(before);
			}
			leave();
			return list;
		}

		/** Texts that ascend by length, then by bytes, none twice. */
		List<String> set(int most, int textMost, Pattern form) {
			return list(most, before -> {
				int from = at;
				String text = form(textMost, form);
				if (before != null && (before.length() > text.length() || before.length() == text.length() && before.compareTo(text) >= 0)) {
					throw refused("claim_value", from);
				}
				return text;
			});
		}

		/** A key of that curve; another one is claim_value. */
		Key coseKey(int curve) {
			int from = at;
			skip();
			byte[] key = slice(from);
			int[] kind = KEY_HEADS.get(HexFormat.of().formatHex(key, 0, Math.max(key.length - 32, 0)));
			if (kind == null) {
				throw refused("cose_key", from);
			}
			if (kind[0] != curve) {
				throw refused("claim_value", from);
			}
			return new Key(kind[0], kind[1], Arrays.copyOfRange(key, key.length - 32, key.length));
		}
	}

	/* --- COSE (RFC 9052) ---------------------------------------------------------------------------- */

	/** COSE_Sign1, COSE_Sign, and a signer in it. */
	private static final class Cose {
		private static final int ALG = 1, KID = 4, TYP = 16;

		byte[] headers;
		int alg;
		String kid, type;
		byte[] payload, signature;
		final List<Cose> signers = new ArrayList<>();

		static Cose sign1(byte[] data) {
			Cbor r = new Cbor(data);
			r.tag(18);
			r.tuple(4);
			Cose message = readHeaders(r, ALG, KID, TYP);
			readUnprotected(r);
			message.payload = r.bytes(Cbor.ANY);
			message.signature = readSignature(r);
			r.leave();
			r.leave();
			r.finish();
			return message;
		}

		static Cose sign(byte[] data) {
			Cbor r = new Cbor(data);
			r.tag(98);
			r.tuple(4);
			Cose message = readHeaders(r, TYP);
			readUnprotected(r);
			message.payload = r.bytes(Cbor.ANY);
			String before = "";
			for (int left = r.array(16); left > 0; left--) {
				int at = r.at;
				r.tuple(3);
				Cose signer = readHeaders(r, ALG, KID);
				readUnprotected(r);
				signer.signature = readSignature(r);
				r.leave();
				if (before.compareTo(signer.kid) >= 0) {
					throw refused("cose_signers", at);
				}
				before = signer.kid;
				message.signers.add(signer);
			}
			r.leave();
			r.leave();
			r.leave();
			r.finish();
			return message;
		}

		private static Cose readHeaders(Cbor outer, int... wanted) {
			int outerAt = outer.at;
			Cose message = new Cose();
			message.headers = outer.bytes(96);
			if (message.headers.length == 0) {
				throw refused("cose_header_missing", outerAt);
			}
			/* Offsets are the message's. */
			int start = outer.at - message.headers.length, count = 0;
			Cbor r = new Cbor(outer.data, start, outer.at);
			Entries entries = r.map(Cbor.COUNT_MAX);
			for (;;) {
				int at = r.at;
				Object label = r.key(entries);
				if (label == null) {
					break;
				}
				if (Long.valueOf(ALG).equals(label)) {
					message.alg = readAlgorithm(r);
				} else if (Long.valueOf(KID).equals(label)) {
					message.kid = HexFormat.of().formatHex(readSized(r, Cbor.BYTES, "cose_kid", 8, 8));
				} else if (Long.valueOf(TYP).equals(label)) {
					message.type = new String(readSized(r, Cbor.TEXT, "cose_type", 0, 64), StandardCharsets.UTF_8);
				} else {
					throw refused("cose_header_unknown", at);
				}
				if (Arrays.stream(wanted).noneMatch(one -> label.equals((long) one))) {
					throw refused("cose_header_unknown", at);
				}
				count++;
			}
			if (count != wanted.length) {
				throw refused("cose_header_missing", start);
			}
			r.finish();
			return message;
		}

		private static int readAlgorithm(Cbor r) {
			int at = r.at;
			r.skip();
			byte[] algorithm = r.slice(at);
			if (Arrays.equals(algorithm, new byte[] { 0x27 })) {
				return -8;
			}
			if (Arrays.equals(algorithm, new byte[] { 0x32 })) {
				return -19;
			}
			throw refused("cose_algorithm", at);
		}

		private static byte[] readSized(Cbor r, int type, String code, int least, int most) {
			int at = r.at;
			if (r.peek() != type) {
				r.skip();
				throw refused(code, at);
			}
			byte[] string = r.string(type, Cbor.ANY);
			if (string.length < least || string.length > most) {
				throw refused(code, at);
			}
			return string;
		}

		private static void readUnprotected(Cbor r) {
			Entries entries = r.map(Cbor.COUNT_MAX);
			int at = r.at;
			if (r.key(entries) != null) {
				throw refused("cose_unprotected", at);
			}
		}

		private static byte[] readSignature(Cbor r) {
			int at = r.at;
			byte[] signature = r.bytes(Cbor.ANY);
			if (signature.length != 64) {
				throw refused("cose_signature_length", at);
			}
			return signature;
		}

		private static byte[] byteString(byte[] data) {
			int size = data.length;
			byte[] head = size < 24 ? new byte[] { (byte) (0x40 | size) } : size < 256 ? new byte[] { 0x58, (byte) size }
				: size < 65536 ? new byte[] { 0x59, (byte) (size >> 8), (byte) size }
				: new byte[] { 0x5a, (byte) (size >> 24), (byte) (size >> 16), (byte) (size >> 8), (byte) size };
			return join(head, data);
		}

		private void verifyBy(Key key, byte[] covered) {
			if (alg != key.alg) {
				throw refused("trust_algorithm");
			}
			if (!Ed25519.verify(key.x, signature, covered)) {
				throw refused("signature");
			}
		}

		void verify(Key key) {
			verifyBy(key, join("\u0084\u006aSignature1".getBytes(StandardCharsets.ISO_8859_1), byteString(headers), new byte[] { 0x40 },
				byteString(payload)));
		}

		void verifySigner(Cose signer, Key key) {
			signer.verifyBy(key, join("\u0085\u0069Signature".getBytes(StandardCharsets.ISO_8859_1), byteString(headers),
				byteString(signer.headers), new byte[] { 0x40 }, byteString(payload)));
		}
	}

	/* --- license ------------------------------------------------------------------------------------ */

	private static final Pattern SLUG = Pattern.compile("[a-z0-9][a-z0-9_-]{0,31}");
	private static final Pattern PRODUCT = Pattern.compile("[a-z0-9][a-z0-9_-]{0,31}/[a-z0-9][a-z0-9_-]{0,31}");
	private static final Pattern LICENSE_ID = Pattern.compile("[0-9A-HJKMNP-TV-Z]{16}");
	private static final Pattern GRANT_NAME = Pattern.compile("[^\\x00-\\x1f\\x7f]+");
	private static final Pattern DOMAIN = Pattern.compile(
		"(?:\\*\\.)?[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*");

	/** A license's claims, once its signature has passed. Instants are UTC seconds, Long.MAX_VALUE where there is none. */
	public static final class License {
		public static final String TYPE = "application/vnd.skerry.license+cwt";
		private static final int MAX = 16384, PAYLOAD_MAX = 16128;

		public byte[] document = {};
		public String brand = "", id = "", product = "", plan = "", licensee = "", tenant;
		public long expiresAt = NEVER, notBefore, issuedAt, edition, activation;
		public long renewBy = NEVER, validUntil = NEVER, maintenanceUntil = NEVER;
		public byte[] cti = {};
		/** Boolean.TRUE, Long or String by name. */
		public final Map<String, Object> grants = new LinkedHashMap<>();
		/** max, burst, ttl_s; or null. */
		public long[] seats;
		public List<String> domains = List.of();
		private Key siteKey;
		private String statusUri;
		/* Durations in seconds, by the ladder's labels. */
		private final long[] ladder = new long[12];
		private long dayEndMinutes = 240, steps, stepDays;
		private int components, expAt, nbfAt, uriAt;

		private static License parse(byte[] payload) {
			if (payload.length > PAYLOAD_MAX) {
				throw refused("document_too_large", PAYLOAD_MAX);
			}
			License l = new License();
			Cbor r = new Cbor(payload);
			r.claims(label -> l.readClaim(r, label), 1, 2, 3, 5, 6, 7, -65537);
			l.checkAgreement();
			r.finish();
			return l;
		}

		private boolean readClaim(Cbor r, int label) {
			switch (label) {
				case 1 -> brand = r.form(32, SLUG);
				case 2 -> id = r.form(16, LICENSE_ID);
				case 3 -> product = r.form(32, SLUG);
				case 4 -> {
					expAt = r.at;
					expiresAt = r.date();
				}
				case 5 -> {
					nbfAt = r.at;
					notBefore = r.date();
				}
				case 6 -> issuedAt = r.date();
				case 7 -> cti = r.fixed(8);
				case 8 -> r.claims(own -> {
					if (own == 1) {
						siteKey = r.coseKey(6);
					}
					return own == 1;
				}, 1);
				case 65535 -> readStatus(r);
				case -65537 -> r.claims(own -> readOwn(r, own), 1, 2, 4);
				default -> {
					return false;
				}
			}
			return true;
		}

		/** The next name of a map whose names are all known and all there. */
		private static void expectName(Cbor r, Entries entries, int mapAt, String wanted) {
			int at = r.at;
			String got = r.name(entries, 64);
			if (got == null ? wanted != null : !got.equals(wanted)) {
				throw refused(got == null ? "claim_missing" : "claim_critical", got == null ? mapAt : at);
			}
		}

		private void readStatus(Cbor r) {
			int statusAt = r.at;
			Entries status = r.map(64);
			expectName(r, status, statusAt, "status_list");
			int listAt = r.at;
			Entries list = r.map(64);
			expectName(r, list, listAt, "idx");
			r.uint(Long.MAX_VALUE);
			expectName(r, list, listAt, "uri");
			uriAt = r.at;
			statusUri = r.text(7 + 32);
			expectName(r, list, listAt, null);
			expectName(r, status, statusAt, null);
		}

		private boolean readOwn(Cbor r, int label) {
			switch (label) {
				case 1 -> r.version();
				case 2 -> edition = r.uint(Long.MAX_VALUE);
				case 3 -> activation = r.positive(Long.MAX_VALUE);
				case 4 -> plan = r.form(32, SLUG);
				case 5 -> renewBy = r.date();
				case 6 -> validUntil = r.date();
				case 7 -> maintenanceUntil = r.date();
				case 8 -> readGrants(r);
				case 9 -> {
					r.tuple(3);
					seats = new long[] { r.positive(1000000), r.uint(1000000), r.duration(0) };
					r.leave();
				}
				case 10 -> readLadder(r);
				case 11 -> readFingerprint(r);
				case 12 -> domains = r.set(16, 253, DOMAIN);
				case 13 -> tenant = r.someText(64);
				case 14 -> {
					r.tuple(3);
					r.fixed(12);
					steps = r.positive(99);
					stepDays = r.positive(366);
					r.leave();
				}
				case 15 -> licensee = r.someText(128);
				default -> {
					return false;
				}
			}
			return true;
		}

		private void readGrants(Cbor r) {
			int mapAt = r.at;
			Entries entries = r.map(128);
			for (;;) {
				int at = r.at;
				String name = r.name(entries, 64);
				if (name == null) {
					break;
				}
				if (!GRANT_NAME.matcher(name).matches()) {
					throw refused("claim_value", at);
				}
				grants.put(name, switch (r.peek()) {
					case Cbor.UINT, Cbor.NINT -> (Object) r.integer(Long.MIN_VALUE, Long.MAX_VALUE);
					case Cbor.TEXT -> r.text(128);
					default -> r.yes();
				});
			}
			if (grants.isEmpty()) {
				throw refused("claim_value", mapAt);
			}
		}

		private void readLadder(Cbor r) {
			int at = r.at;
			int count = r.claims(label -> {
				int from = r.at;
				if (label < 1 || label > 11) {
					return false;
				}
				if (label == 7) {
					r.positive(1);
				} else if (label == 11) {
					dayEndMinutes = r.uint(1439);
					if (dayEndMinutes == 240) {
						throw refused("claim_value", from);
					}
				} else {
					ladder[label] = r.duration(label <= 2 ? -DURATION_MAX : 0);
				}
				return true;
			});
			if (count == 0) {
				throw refused("claim_value", at);
			}
		}

		private void readFingerprint(Cbor r) {
			long[] sum = { 0 };
			r.tuple(3);
			r.fixed(16);
			int at = r.at;
			long threshold = r.positive(16 * 255);
			components = r.list(16, (byte[] before) -> {
				int from = r.at;
				r.tuple(3);
				long type = r.positive(255);
				sum[0] += r.positive(255);
				int hashAt = r.at;
				byte[] hash = r.bytes(16);
				if (hash.length < 12) {
					throw refused("claim_value", hashAt);
				}
				r.leave();
				/* Compared as they are: by type, by length, by bytes. */
				byte[] component = join(new byte[] { (byte) type, (byte) hash.length }, hash);
				if (before != null && Arrays.compareUnsigned(before, component) >= 0) {
					throw refused("claim_value", from);
				}
				return component;
			}).size();
			if (threshold > sum[0]) {
				throw refused("claim_value", at);
			}
			r.leave();
		}

		private void checkAgreement() {
			long last = later(new Ladder(this, steps).degradedUntil, DAY_S);
			if (notBefore > validUntil) {
				throw refused("claim_conflict", nbfAt);
			}
			if (expiresAt < last) {
				throw refused("claim_conflict", expAt);
			}
			if (expiresAt == NEVER && last != NEVER) {
				throw refused("claim_conflict");
			}
			if (statusUri != null && !statusUri.equals("skerry:" + brand)) {
				throw refused("claim_conflict", uriAt);
			}
		}

		/** "product", "brand" or "tenant" where it is for another one; null. */
		public String isForOther(String askedProduct, String askedTenant) {
			int slash = askedProduct.indexOf('/');
			if (!askedProduct.substring(0, slash).equals(brand)) {
				return "brand";
			}
			if (!askedProduct.substring(slash + 1).equals(product)) {
				return "product";
			}
			return askedTenant != null && !askedTenant.equals(tenant == null ? "" : tenant) ? "tenant" : null;
		}

		/** Whether it names domains, and this is none of them. */
		public boolean isForOtherDomain(String asked) {
			String domain = mapped(asked == null ? "" : asked, 'A', 'Z', 'a' - 'A');
			domain = domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain;
			int dot = domain.indexOf('.');
			/* The star is one whole label: not none, and not two. */
			return !domains.isEmpty() && !(!domain.isEmpty() && domains.contains(domain)) &&
				!(dot > 0 && domains.contains("*" + domain.substring(dot)));
		}
	}

	/* Case of ASCII alone: other letters may grow. */
	private static String mapped(String text, char first, char last, int by) {
		StringBuilder out = new StringBuilder(text);
		for (int i = 0; i < out.length(); i++) {
			char c = out.charAt(i);
			if (c >= first && c <= last) {
				out.setCharAt(i, (char) (c + by));
			}
		}
		return out.toString();
	}

	private static String upper(String text) {
		return mapped(text, 'a', 'z', 'A' - 'a');
	}

	/* --- dates -------------------------------------------------------------------------------------- */

	/** Dates end in the year 9999 and durations after 100 years: nothing overflows. */
	private static long later(long at, long seconds) {
		return at == NEVER ? at : at + seconds;
	}

	/** How the dates of a license follow from its claims. */
	private static final class Ladder {
		final long warnFrom, alertFrom, renewBy, validUntil, graceUntil, degradedUntil;
		/** Whether the term, and not the renewal, ends it. */
		final boolean byExpiry;

		Ladder(License license, long steps) {
			long[] rungs = license.ladder;
			validUntil = license.validUntil;
			renewBy = license.renewBy == NEVER ? NEVER : Math.min(license.renewBy + steps * license.stepDays * DAY_S, validUntil);
			warnFrom = later(renewBy, -rungs[1]);
			alertFrom = later(renewBy, -rungs[2]);
			long termEnds = later(validUntil, rungs[5]);
			/* Who renews as late as the term itself ends has nothing to renew. */
			long contactEnds = renewBy >= validUntil ? NEVER : later(renewBy, rungs[3]);
			graceUntil = Math.min(contactEnds, termEnds);
			byExpiry = termEnds == graceUntil;
			degradedUntil = later(graceUntil, rungs[4]);
		}

		private static long endAtOffset(long at, long minutes, long offset) {
			long since = Math.floorMod(at + offset - minutes * 60, DAY_S);
			return since == 0 ? at : at + DAY_S - since;
		}

		/** The first day end, local time, that is not before `at`. */
		static long dayEnd(long at, long minutes, LongUnaryOperator offset) {
			if (at == NEVER) {
				return at;
			}
			long now = offset.applyAsLong(at - 1);
			long end = endAtOffset(at, minutes, now);
			if (offset.applyAsLong(end) == now) {
				return end;
			}
			/* A clock is put forward or back in between: where? */
			long before = at - 1, change = end;
			while (change - before > 1) {
				long middle = before + (change - before) / 2;
				if (offset.applyAsLong(middle) == now) {
					before = middle;
				} else {
					change = middle;
				}
			}
			long then = offset.applyAsLong(change);
			return end - change < (then - now) % DAY_S ? change : endAtOffset(change, minutes, then);
		}
	}

	private static LongUnaryOperator offsetsOf(ZoneId zone) {
		return at -> zone.getRules().getOffset(Instant.ofEpochSecond(at)).getTotalSeconds();
	}

	/** Each thing that can end a license: shows from, full access until, read only until. */
	private record Rung(long from, long full, long read, String reason) { }

	private record Answer(int state, String reason, int notice) { }

	/** What holds at one instant. Instants are UTC seconds; null where there is none. */
	public static final class Verdict {
		public static final List<String> STATES = List.of("unlicensed", "active", "overdue", "grace", "degraded", "locked");
		public static final List<String> ACCESSES = List.of("none", "read_only", "full");
		public static final List<String> REASONS = List.of("ok", "not_yet_valid", "overdue", "expired", "renewal_missed", "suspended",
			"revoked", "signing_key_revoked", "unpaired", "wrong_machine", "too_few_components", "wrong_domain", "wrong_tenant",
			"maintenance_ended", "no_license", "state_damaged", "no_daemon");
		public static final List<String> NOTICES = List.of("none", "info", "warn", "alert");
		public static final List<String> CLOCKS = List.of("ok", "behind", "ahead_unproven", "fault", "unattended");

		public String state = "unlicensed", access = "none", reason = "no_license", notice = "alert";
		public long at;
		public Long nextChangeAt, renewBy, validUntil, maintenanceUntil, graceUntil, degradedUntil;
		/** Of the daemon: how its time and the wall clock go together, and whether an old copy was put back. */
		public String clock = "ok";
		public boolean stateRollback;
		/** For the person in front of the screen: what holds, what to do, whom to call. */
		public String message = "";
		/** name, telephone, email, url of the vendor, as far as the manifest tells. */
		public Map<String, String> contact = Map.of();
		/** "daemon", "last" (it does not answer; the last proof holds) or "file". */
		public String source = "file";
		/** Why it is only the last one: a code as of SkerryException; or null. */
		public String trouble;

		public boolean isFull() {
			return access.equals("full");
		}

		public boolean mayRead() {
			return !access.equals("none");
		}

		/** Whole days until full access ends, or, before that comes into question, until the renewal; or null. */
		public Long daysLeft() {
			Long until = switch (state) {
				case "active", "overdue" -> renewBy != null ? renewBy : validUntil;
				case "grace" -> graceUntil;
				case "degraded" -> degradedUntil;
				default -> null;
			};
			return until == null || until < at ? null : (Long) ((until - at) / DAY_S);
		}

		/**
		 * The verdict of a license at an instant, as the C library has it for a license in bytes on a machine of which
		 * nothing can be read.
		 */
		public static Verdict of(License license, long at, ZoneId zone, String domain, long buildDate) {
			List<String> mismatches = new ArrayList<>();
			if (license.components > 0) {
				mismatches.add("too_few_components");
			}
			if (license.isForOtherDomain(domain)) {
				mismatches.add("wrong_domain");
			}
			return under(license, Math.max(at, license.issuedAt), offsetsOf(zone), buildDate, 0, mismatches);
		}

		/** What a license gives at its best: everything matches, all telephone renewals were taken. */
		public static Verdict best(License license, long at, long buildDate) {
			return under(license, at, instant -> 0, buildDate, license.steps, List.of());
		}

		private static Verdict under(License license, long at, LongUnaryOperator offset, long buildDate, long steps, List<String> mismatches) {
			Ladder ladder = new Ladder(license, steps);
			List<Rung> rungs = rungs(license, ladder, offset, mismatches, buildDate);
			Answer answer = answerAt(license, ladder, rungs, at);
			long next = boundary(license, ladder, rungs, at);
			while (next != NEVER && answerAt(license, ladder, rungs, next).equals(answer)) {
				next = boundary(license, ladder, rungs, next);
			}
			Verdict v = new Verdict();
			v.at = at;
			v.state = STATES.get(answer.state);
			v.reason = answer.reason;
			v.notice = NOTICES.get(answer.notice);
			v.access = List.of("none", "full", "full", "full", "read_only", "none").get(answer.state);
			v.nextChangeAt = orNull(next);
			v.renewBy = orNull(ladder.renewBy);
			v.validUntil = orNull(ladder.validUntil);
			v.maintenanceUntil = orNull(license.maintenanceUntil);
			v.graceUntil = orNull(rungs.stream().filter(rung -> rung.from != ALWAYS).mapToLong(Rung::full).min().orElse(NEVER));
			v.degradedUntil = orNull(rungs.stream().filter(rung -> rung.from != ALWAYS).mapToLong(Rung::read).min().orElse(NEVER));
			return v;
		}

		private static Long orNull(long at) {
			return at == NEVER ? null : (Long) at;
		}

		private static List<Rung> rungs(License license, Ladder ladder, LongUnaryOperator offset, List<String> mismatches, long buildDate) {
			LongUnaryOperator end = at -> Ladder.dayEnd(at, license.dayEndMinutes, offset);
			List<Rung> rungs = new ArrayList<>();
			if (buildDate > license.maintenanceUntil) {
				rungs.add(new Rung(ALWAYS, ALWAYS, ALWAYS, "maintenance_ended"));
			}
			/* A mismatch whose beginning nobody has seen began with the license. */
			long rebind = license.ladder[6];
			long until = rebind == 0 ? license.issuedAt : end.applyAsLong(license.issuedAt + rebind);
			for (String mismatch : mismatches) {
				rungs.add(new Rung(license.issuedAt, until, until, mismatch));
			}
			long full = end.applyAsLong(ladder.graceUntil), read = end.applyAsLong(ladder.degradedUntil);
			boolean term = ladder.byExpiry;
			rungs.add(new Rung(ladder.validUntil, term ? full : NEVER, term ? read : NEVER, "expired"));
			rungs.add(new Rung(ladder.renewBy, term ? NEVER : full, term ? NEVER : read, "renewal_missed"));
			rungs.add(new Rung(license.expiresAt, license.expiresAt, license.expiresAt, "expired"));
			return rungs;
		}

		private static long staleFrom(License license) {
			return license.statusUri == null || license.ladder[10] == 0 ? NEVER : license.issuedAt + license.ladder[10];
		}

		private static boolean reached(long at, long now) {
			return at != NEVER && now >= at;
		}

		/** The worst rung, and of several the one that ends first. */
		private static Answer answerAt(License license, Ladder ladder, List<Rung> rungs, long now) {
			int renewal = reached(ladder.alertFrom, now) ? 3 : reached(ladder.warnFrom, now) ? 2 : 0;
			int stale = reached(staleFrom(license), now) ? 2 : 0;
			int worst = 1, notice = 0;
			long worstEnd = NEVER;
			String reason = null;
			for (Rung rung : rungs) {
				int state = reached(rung.read, now) ? 5 : reached(rung.full, now) ? 4 : reached(rung.from, now) ? 3 : 1;
				long ends = state == 3 ? rung.full : rung.read;
				if (state != 1 && (state > worst || state == worst && ends < worstEnd)) {
					worst = state;
					worstEnd = ends;
					reason = rung.reason;
				}
			}
			if (worst != 5 && now < license.notBefore) {
				worst = 0;
				reason = "not_yet_valid";
				notice = 1;
			} else if (reason == null && renewal > 0) {
				worst = 2;
				reason = "overdue";
				notice = renewal;
			} else if (reason == null) {
				reason = "ok";
			} else {
				notice = worst == 3 && reason.equals("renewal_missed") ? Math.max(1, renewal) : 3;
			}
			return new Answer(worst, reason, Math.max(notice, stale));
		}

		private static long boundary(License license, Ladder ladder, List<Rung> rungs, long now) {
			List<Long> dates = new ArrayList<>(List.of(license.notBefore, ladder.warnFrom, ladder.alertFrom, staleFrom(license)));
			for (Rung rung : rungs) {
				dates.addAll(List.of(rung.from, rung.full, rung.read));
			}
			return dates.stream().mapToLong(Long::longValue).filter(at -> at > now).min().orElse(NEVER);
		}

		private Verdict copyAt(long when) {
			Verdict v = new Verdict();
			v.state = state;
			v.access = access;
			v.reason = reason;
			v.notice = notice;
			v.at = when;
			v.nextChangeAt = nextChangeAt;
			v.renewBy = renewBy;
			v.validUntil = validUntil;
			v.maintenanceUntil = maintenanceUntil;
			v.graceUntil = graceUntil;
			v.degradedUntil = degradedUntil;
			return v;
		}
	}

	/* --- trust -------------------------------------------------------------------------------------- */

	/** A key in a manifest: a root, an issuing key or an exchange key. */
	private static final class ListedKey {
		Key key;
		long notBefore, notAfter = NEVER, latest = NEVER, revokedAt = NEVER, roles;
		List<String> brands = List.of();
		boolean perpetual;
	}

	/** What a manifest says of itself. */
	private static final class Manifest {
		Cose message;
		long version, threshold;
		int thresholdAt;
		Map<String, ListedKey> roots = Map.of(), keys = Map.of(), exchange = Map.of();
		Map<String, Map<String, String>> contacts = Map.of();
		boolean trial;

		static Manifest parse(byte[] payload, int most) {
			if (payload.length > most) {
				throw refused("document_too_large", most);
			}
			Manifest m = new Manifest();
			Cbor r = new Cbor(payload);
			r.claims(label -> {
				switch (label) {
					case 4, 6 -> r.date();
					case -65537 -> m.readOwn(r);
					default -> {
						return false;
					}
				}
				return true;
			}, 6, -65537);
			r.finish();
			return m;
		}

		private void readOwn(Cbor r) {
			r.claims(label -> {
				switch (label) {
					case 1 -> r.version();
					case 2 -> version = r.positive(Long.MAX_VALUE);
					case 3 -> {
						thresholdAt = r.at;
						threshold = r.positive(16);
					}
					case 4 -> roots = keyed(r, 16, () -> readRoot(r));
					case 5 -> keys = keyed(r, 64, () -> readKey(r));
					case 6 -> exchange = keyed(r, 16, () -> readExchange(r));
					case 7 -> contacts = readContacts(r);
					case 8 -> trial = r.yes();
					default -> {
						return false;
					}
				}
				return true;
			}, 1, 2, 3, 4);
			if (threshold > roots.size()) {
				throw refused("claim_conflict", thresholdAt);
			}
		}

		/** Entries with a key each, by kid; the same point twice is claim_conflict. */
		private static Map<String, ListedKey> keyed(Cbor r, int most, Supplier<ListedKey> read) {
			Map<String, ListedKey> entries = new LinkedHashMap<>();
			r.list(most, before -> {
				int at = r.at;
				ListedKey entry = read.get();
				if (entries.put(entry.key.kid(), entry) != null) {
					throw refused("claim_conflict", at);
				}
				return entry;
			});
			return entries;
		}

		private static ListedKey readRoot(Cbor r) {
			ListedKey k = new ListedKey();
			k.key = r.coseKey(6);
			return k;
		}

		private static ListedKey readKey(Cbor r) {
			int at = r.at;
			ListedKey k = new ListedKey();
			r.claims(label -> {
				switch (label) {
					case 1 -> k.key = r.coseKey(6);
					case 2 -> k.notBefore = r.date();
					case 3 -> k.notAfter = r.date();
					case 4 -> k.latest = r.date();
					case 5 -> k.roles = r.positive(15);
					case 6 -> k.brands = r.set(64, 32, SLUG);
					case 7 -> k.perpetual = r.yes();
					case 8 -> k.revokedAt = r.date();
					default -> {
						return false;
					}
				}
				return true;
			}, 1, 2, 5);
			if (k.notAfter < k.notBefore) {
				throw refused("claim_conflict", at);
			}
			return k;
		}

		private static ListedKey readExchange(Cbor r) {
			ListedKey k = new ListedKey();
			r.claims(label -> {
				switch (label) {
					case 1 -> k.key = r.coseKey(4);
					case 8 -> k.revokedAt = r.date();
					default -> {
						return false;
					}
				}
				return true;
			}, 1);
			return k;
		}

		private static Map<String, Map<String, String>> readContacts(Cbor r) {
			List<String> names = List.of("name", "telephone", "email", "url");
			int mapAt = r.at;
			Entries entries = r.map(64);
			Map<String, Map<String, String>> contacts = new LinkedHashMap<>();
			for (;;) {
				int at = r.at;
				String brand = r.name(entries, 32);
				if (brand == null) {
					break;
				}
				if (!brand.equals("*") && !SLUG.matcher(brand).matches()) {
					throw refused("claim_value", at);
				}
				Map<String, String> contact = new LinkedHashMap<>();
				r.claims(label -> {
					switch (label) {
						case 1, 2, 3, 4 -> contact.put(names.get(label - 1), r.someText(256));
						case 5 -> r.list(8, before -> r.someText(35));
						case 6 -> r.someText(48);
						default -> {
							return false;
						}
					}
					return true;
				});
				contacts.put(brand, contact);
			}
			if (contacts.isEmpty()) {
				throw refused("claim_value", mapAt);
			}
			return contacts;
		}
	}

	/** A license, and whether the key that signed it was revoked. */
	public record Opened(License license, boolean revoked) { }

	/** The vendor's manifests: a chain that begins at the pinned one, and what it lets keys sign. */
	public static final class Trust {
		public static final String TYPE = "application/vnd.skerry.manifest+cwt";
		/** Where a license's key is listed, and stands no more. */
		public static final Set<String> FALLS = Set.of("trust_key_revoked", "trust_role", "trust_brand", "trust_not_yet",
			"trust_retired", "trust_latest", "trust_perpetual", "trust_grace");
		private static final int MAX = 65536, PAYLOAD_MAX = 63488, ROLE_LICENSE = 1;
		private static final long GRACE_MAX = 400 * DAY_S;

		private Manifest held;

		private Trust(Manifest manifest) {
			held = manifest;
		}

		/** From documents as Documents.find gives them: the lowest version is the anchor, others follow. */
		public static Trust anchor(List<Document> documents) {
			List<Manifest> candidates = inOrder(documents);
			if (candidates.isEmpty()) {
				throw refused("document_kind");
			}
			checkSignatures(candidates.get(0), null);
			Trust trust = new Trust(candidates.get(0));
			trust.followInOrder(candidates.subList(1, candidates.size()));
			return trust;
		}

		public Trust copy() {
			return new Trust(held);
		}

		/** Moves on by every manifest among them that follows; the first that is refused is told. */
		public void follow(List<Document> documents) {
			followInOrder(inOrder(documents));
		}

		public long version() {
			return held.version;
		}

		/** trust_sequence where one of these is beyond a version that is missing. */
		public void leavesNoGap(List<Document> documents) {
			if (inOrder(documents).stream().anyMatch(candidate -> candidate.version > held.version)) {
				throw refused("trust_sequence");
			}
		}

		/** name, telephone, email, url for a brand. */
		public Map<String, String> contact(String brand) {
			Map<String, String> own = held.contacts.get(brand), all = held.contacts.get("*");
			boolean reached = own != null && (own.containsKey("telephone") || own.containsKey("email") || own.containsKey("url"));
			Map<String, String> contact = own != null && (all == null || reached) ? own : all;
			return contact == null ? Map.of() : Map.copyOf(contact);
		}

		/** Form, signature and permission; neither machine nor date. */
		public Opened license(byte[] document) {
			if (document.length > License.MAX) {
				throw refused("document_too_large");
			}
			Cose message = Cose.sign1(document);
			if (!message.type.equals(License.TYPE)) {
				throw refused("cose_type");
			}
			ListedKey key = held.keys.get(message.kid);
			if (key == null) {
				throw refused("trust_key_unknown");
			}
			message.verify(key.key);
			License license = License.parse(message.payload);
			license.document = document;
			checkPermitted(key, license);
			return new Opened(license, key.revokedAt != NEVER);
		}

		private static void checkPermitted(ListedKey key, License license) {
			boolean never = license.expiresAt == NEVER;
			String no = null;
			if ((key.roles & ROLE_LICENSE) == 0) {
				no = "trust_role";
			} else if (!key.brands.isEmpty() && !key.brands.contains(license.brand)) {
				no = "trust_brand";
			} else if (license.issuedAt < key.notBefore) {
				no = "trust_not_yet";
			} else if (license.issuedAt > key.notAfter) {
				no = "trust_retired";
			} else if (never && !key.perpetual) {
				no = "trust_perpetual";
			} else if (license.ladder[3] > GRACE_MAX && !key.perpetual) {
				no = "trust_grace";
			} else if (!never && license.expiresAt > key.latest) {
				no = "trust_latest";
			}
			if (no != null) {
				throw refused(no);
			}
		}

		/* --- the chain --- */

		private static Manifest read(byte[] data) {
			if (data.length > MAX) {
				throw refused("document_too_large");
			}
			Cose message = Cose.sign(data);
			if (!message.type.equals(TYPE)) {
				throw refused("cose_type");
			}
			Manifest manifest = Manifest.parse(message.payload, PAYLOAD_MAX);
			manifest.message = message;
			return manifest;
		}

		/** All of them, by the version that each says of itself. */
		private static List<Manifest> inOrder(List<Document> documents) {
			List<Manifest> candidates = new ArrayList<>();
			for (Document document : documents) {
				if (document.kind.equals("manifest")) {
					candidates.add(read(document.bytes));
				}
			}
			candidates.sort(Comparator.comparingLong(manifest -> manifest.version));
			return candidates;
		}

		private void followInOrder(List<Manifest> candidates) {
			for (Manifest candidate : candidates) {
				/* What is no more than one ahead; written so that nothing overflows. */
				if (candidate.version - 1 > held.version) {
					continue;
				}
				try {
					advance(candidate);
				} catch (SkerryException e) {
					if (!changesNothing(candidate.version, e.code)) {
						throw e;
					}
				}
			}
		}

		/** One whose roots are all gone cannot be told from a stranger's; a trial desk rewrites its first. */
		private boolean changesNothing(long version, String code) {
			if (version < held.version) {
				return code.equals("trust_sequence") || code.equals("trust_root_unknown");
			}
			return version == 1 && held.version == 1 && held.trial && code.equals("trust_sequence");
		}

		private void advance(Manifest after) {
			Manifest before = held;
			if (Arrays.equals(after.message.payload, before.message.payload)) {
				checkKnownSigners(after);
				return;
			}
			if (after.version <= before.version) {
				checkKnownSigners(after);
				throw refused("trust_sequence");
			}
			checkSignatures(after, before);
			checkKept(before.keys, after.keys);
			checkKept(before.exchange, after.exchange);
			held = after;
		}

		private static void checkKept(Map<String, ListedKey> before, Map<String, ListedKey> after) {
			before.forEach((kid, key) -> {
				ListedKey kept = after.get(kid);
				if (kept == null || !kept.key.same(key.key) || kept.revokedAt > key.revokedAt) {
					throw refused("trust_key_dropped");
				}
			});
		}

		private void checkKnownSigners(Manifest candidate) {
			boolean known = false;
			for (Cose signer : candidate.message.signers) {
				ListedKey root = held.roots.get(signer.kid);
				if (root != null) {
					candidate.message.verifySigner(signer, root.key);
					known = true;
				}
			}
			if (!known) {
				throw refused("trust_root_unknown");
			}
		}

		/** Every signature is by a root of either and passes; both thresholds are reached. */
		private static void checkSignatures(Manifest after, Manifest before) {
			int ofBefore = 0, ofAfter = 0;
			for (Cose signer : after.message.signers) {
				ListedKey old = before == null ? null : before.roots.get(signer.kid);
				ListedKey fresh = after.roots.get(signer.kid);
				if (old == null && fresh == null) {
					throw refused("trust_root_unknown");
				}
				if (old != null && fresh != null && !old.key.same(fresh.key)) {
					throw refused("trust_algorithm");
				}
				after.message.verifySigner(signer, old != null ? old.key : fresh.key);
				ofBefore += old != null ? 1 : 0;
				ofAfter += fresh != null ? 1 : 0;
			}
			if (ofAfter < after.threshold || before != null && ofBefore < before.threshold) {
				throw refused("trust_threshold");
			}
		}
	}

	/* --- documents ---------------------------------------------------------------------------------- */

	/** "license", "manifest", ... and its bytes. */
	public record Document(String kind, byte[] bytes) { }

	/**
	 * The armored blocks, one after the other, of a text that mail programs, word processors and web pages have been
	 * at. It is read as formats/mangled.c and formats/armor.c read it.
	 */
	private static final class Armor {
		/* What a character of the text is to the reader; letters, digits and other signs are themselves. */
		private static final String BLANK = " ", NOTHING = "\u0001", SOFT = "\u0002", ESCAPED = "\u0003", LONG_DASH = "\u0004",
			OTHER = "\u0005", BLANKS = BLANK + NOTHING + SOFT, DASHES = "-" + LONG_DASH;
		private static final int LABEL_MAX = 32, HYPHENS = 5;
		private static final Pattern LONG_DASHES = Pattern.compile("[\u2014\u2015\u2e3a\u2e3b]");
		private static final Pattern SHORT_DASHES = Pattern.compile("[\u2010-\u2013\u2043\u2212\u2500\u2501\ufe58\ufe63\uff0d]");
		/* In the middle of a word they are an accident. */
		private static final Pattern NOTHINGS = Pattern.compile(
			"[\\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]");
		private static final Pattern SPACES = Pattern.compile("[\\t-\\r \\x85\\xa0\u2000-\u200a\\u2028\\u2029\u202f\u205f\u3000]");
		private static final Map<String, Integer> ENTITIES = Map.ofEntries(Map.entry("nbsp", 0xa0), Map.entry("ensp", 0x2002),
			Map.entry("emsp", 0x2003), Map.entry("thinsp", 0x2009), Map.entry("zwnj", 0x200c), Map.entry("zwj", 0x200d),
			Map.entry("shy", 0xad), Map.entry("Tab", 9), Map.entry("NewLine", 10), Map.entry("gt", 0x3e), Map.entry("equals", 0x3d),
			Map.entry("plus", 0x2b), Map.entry("sol", 0x2f), Map.entry("hyphen", 0x2010), Map.entry("dash", 0x2010),
			Map.entry("ndash", 0x2013), Map.entry("mdash", 0x2014), Map.entry("horbar", 0x2015), Map.entry("minus", 0x2212));
		/* Of those that are no UTF-8: Windows-1252. */
		private static final Map<String, Integer> WINDOWS_1252 = Map.of("\u0096", 0x2013, "\u0097", 0x2014, "\u00a0", 0xa0);
		/* A soft break, a tag of layout, an entity, a character whose bytes may be spelled "=C3", a byte. */
		private static final Pattern CHARACTER = Pattern.compile("=[ \\t]{0,32}(?:\\r\\n?|\\n)" +
			"|<(?=[^<>]{0,254}>)/?(?i:br|p|div|span|pre|tt|code|font|b|wbr|blockquote|body|html|td|tr)(?=[>/ \\t\\r\\n=])[^>]*>" +
			"|&(?:#[0-9]{1,9}|#[xX][0-9A-Fa-f]{1,8}|[A-Za-z]{2,10});" +
			("|(?:[\\xc2-\\xdf]|=[Cc][2-9A-Fa-f]|=[Dd][0-9A-Fa-f])T" +
				"|(?:\\xe0|=[Ee]0)(?:[\\xa0-\\xbf]|=[ABab][0-9A-Fa-f])T|(?:\\xed|=[Ee][Dd])(?:[\\x80-\\x9f]|=[89][0-9A-Fa-f])T" +
				"|(?:[\\xe1-\\xec\\xee\\xef]|=[Ee][1-9A-CEFa-cef])TT" +
				"|(?:[\\xf0-\\xf4]|=[Ff][0-4])TTT").replace("T", "(?:[\\x80-\\xbf]|=[89ABab][0-9A-Fa-f])") +
			"|=[0-9A-Fa-f]{2}|[^A-Za-z0-9+/> \\t\\r\\n-]");
		private static final Pattern BYTE = Pattern.compile("=(..)");

		private final String text;
		private int at;
		/** Without blanks. */
		String label;
		byte[] bytes;

		/** One character of the text for each byte. */
		Armor(String text) {
			this.text = CHARACTER.matcher(text).replaceAll(m -> Matcher.quoteReplacement(shown(m.group())))
				.replace('\t', ' ').replace('\r', ' ').replace('\n', ' ');
		}

		private static String shown(String given) {
			char first = given.charAt(0), last = given.charAt(given.length() - 1);
			if (first == '<' && given.length() > 1) {
				return BLANK;
			}
			if (first == '&' && given.length() > 1) {
				Integer point = entity(given.substring(1, given.length() - 1));
				return point == null ? given : classify(point);
			}
			if (first == '=' && (last == '\r' || last == '\n')) {
				return SOFT;
			}
			String data = BYTE.matcher(given).replaceAll(
				m -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(m.group(1), 16))));
			Integer point = WINDOWS_1252.get(data);
			if (point == null) {
				point = data.charAt(0) < 0x80 || data.length() > 1
					? new String(data.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8).codePointAt(0) : Character.MAX_CODE_POINT;
			}
			String shown = classify(point);
			return shown.equals("=") && !given.equals("=") ? ESCAPED : shown;
		}

		private static Integer entity(String name) {
			if (name.charAt(0) != '#') {
				return ENTITIES.get(name);
			}
			boolean isHex = name.charAt(1) == 'x' || name.charAt(1) == 'X';
			return (int) Math.min(Long.parseLong(name.substring(isHex ? 2 : 1), isHex ? 16 : 10), Character.MAX_CODE_POINT);
		}

		private static String classify(int point) {
			String character = Character.toString(point);
			if (point > ' ' && point < 0x7f) {
				return character;
			}
			if (LONG_DASHES.matcher(character).matches()) {
				return LONG_DASH;
			}
			if (SHORT_DASHES.matcher(character).matches()) {
				return "-";
			}
			if (NOTHINGS.matcher(character).matches()) {
				return NOTHING;
			}
			return SPACES.matcher(character).matches() ? BLANK : OTHER;
		}

		/** To the next block: label and bytes. False: there is none. */
		boolean next() {
			if (!findBegin()) {
				return false;
			}
			readLabel();
			bytes = readBody();
			return true;
		}

		private boolean isEnd() {
			return at == text.length();
		}

		private boolean is(String kinds) {
			return !isEnd() && kinds.indexOf(text.charAt(at)) >= 0;
		}

		private boolean isWord() {
			return !isEnd() && Documents.isWord(text.charAt(at));
		}

		/** Also passes the ">" that quoting puts behind them. True: there was a space to see. */
		private boolean skipBlanks() {
			boolean seen = false;
			for (String blanks = BLANKS; is(blanks); at++) {
				seen |= is(BLANK);
				blanks = BLANKS + ">";
			}
			return seen;
		}

		/** Passes a run of dashes that stands for so many hyphens or a few more; for how many. */
		private int skipDashes(int most) {
			int hyphens = 0;
			for (; hyphens < most && is(DASHES + NOTHING); at++) {
				hyphens += is("-") ? 1 : is(LONG_DASH) ? 2 : 0;
			}
			return hyphens;
		}

		/** Dashes, also escaped for a signed mail ("- -----BEGIN"), and blanks. */
		private int skipMarks() {
			int hyphens = 0;
			for (; is(DASHES); skipBlanks()) {
				hyphens += skipDashes(Integer.MAX_VALUE);
			}
			return hyphens;
		}

		/** Passes them in any case, wherever blanks stand. On false it stands at the one that does not fit. */
		private boolean take(String letters) {
			for (int i = 0; i < letters.length(); i++, at++) {
				skipBlanks();
				if (isEnd() || upper(text.substring(at, at + 1)).charAt(0) != letters.charAt(i)) {
					return false;
				}
			}
			return true;
		}

		/** Passes BEGIN SKERRY. */
		private boolean findBegin() {
			for (;;) {
				while (!isEnd() && !is(DASHES)) {
					at++;
				}
				if (isEnd()) {
					return false;
				}
				/* A single hyphen is a hyphen: "Step 1 - begin Skerry ..." is no block. */
				if (skipMarks() < 2) {
					continue;
				}
				int words = at;
				if (take("BEGINSKERRY")) {
					return true;
				}
				int behind = at;
				at = words;
				if (take("ENDSKERRY")) {
					throw refused("armor_begin");
				}
				at = behind;
			}
		}

		private void readLabel() {
			StringBuilder name = new StringBuilder();
			for (int len = 0;; at++) {
				boolean space = skipBlanks();
				if (!isWord()) {
					break;
				}
				len += space && len > 0 ? 2 : 1;
				if (len > LABEL_MAX) {
					throw refused("armor_label");
				}
				name.append(text.charAt(at));
			}
			if (isEnd()) {
				throw refused("armor_end");
			}
			if (!is(DASHES) || name.length() == 0) {
				throw refused("armor_label");
			}
			skipDashes(Integer.MAX_VALUE);
			label = upper(name.toString());
		}

		/** From behind the BEGIN line to behind the END line. */
		private byte[] readBody() {
			StringBuilder digits = new StringBuilder();
			/* Soft breaks: before the last digit, and behind it; what may be padding; of that, "=3D". */
			int breaks = 0, soft = 0, equals = 0, escaped = 0;
			do {
				for (boolean quotable = true; !is(DASHES); at++) {
					if (isEnd()) {
						throw refused("armor_end");
					}
					char c = text.charAt(at);
					if (is("=" + ESCAPED + SOFT)) {
						equals++;
						escaped += is(ESCAPED) ? 1 : 0;
						soft += is(SOFT) ? 1 : 0;
					} else if (Documents.isDigit(c)) {
						if (equals > soft) {
							throw refused("armor_padding");
						}
						/* More base64: what could have been padding was soft breaks. */
						breaks += soft;
						equals = soft = 0;
						digits.append(c);
					} else if (!is(BLANKS) && !(quotable && c == '>')) {
						throw refused("armor_character");
					}
					quotable = is(BLANKS) || c == '>';
				}
				/* Before any base64 they are the BEGIN line's, broken by a new line. */
			} while (!takeEnd(digits.length() == 0));
			/* Where "=" at the end of a line may be a soft break, padding is at least all the others. */
			return decode(digits.toString(), breaks > 0 || escaped > 0 ? equals - soft : equals, equals);
		}

		/** At dashes: passes the END line. False: these are other dashes, where they may be. */
		private boolean takeEnd(boolean mayBeOthers) {
			skipMarks();
			int words = at;
			if (take("ENDSKERRY" + label) && !isWord()) {
				/* No more than its own: the next block's may follow at once. */
				skipDashes(HYPHENS);
				return true;
			}
			boolean cut = isEnd();
			at = words;
			if (cut || take("END") || take("BEGIN")) {
				throw refused("armor_end");
			}
			at = words;
			if (!mayBeOthers) {
				throw refused("armor_character");
			}
			return false;
		}

		/** At least and at most so many "=" behind the digits are padding. */
		private static byte[] decode(String digits, int least, int most) {
			int padding = new int[] { 0, 3, 2, 1 }[digits.length() % 4];
			if (padding == 3 || padding > 0 && most == 0) {
				throw refused("armor_length");
			}
			byte[] bytes = Base64.getDecoder().decode(digits);
			/* Bits that no byte takes must be zero, or two texts would stand for the same bytes. */
			boolean isExact = Base64.getEncoder().withoutPadding().encodeToString(bytes).equals(digits);
			if (!isExact || padding < least || padding > most) {
				throw refused("armor_padding");
			}
			return bytes;
		}
	}

	/** What somebody carried: binary, PEM armor, QR text or a saved mail. */
	public static final class Documents {
		private static final int MAX = 1 << 20, PARTS_MAX = 16, MAIL_DEPTH_MAX = 8, MAIL_PARTS_MAX = 128;
		private static final String BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
		private static final Map<String, String> TYPES = Map.of(License.TYPE, "license", Trust.TYPE, "manifest",
			"application/statuslist+cwt", "status list", Proof.TYPE, "proof");
		private static final Map<String, String> MARKS = Map.of("skerry-request", "request", "skerry-reply", "reply",
			"skerry-bundle", "bundle", "skerry-key", "secret key", "skerry-fingerprint", "fingerprint");
		private static final Map<String, String> LABELS = Map.of("LICENSE", "license", "MANIFEST", "manifest",
			"STATUSLIST", "status list", "REQUEST", "request", "REPLY", "reply", "BUNDLE", "bundle", "SECRETKEY", "secret key",
			"PUBLICKEY", "public key", "FINGERPRINT", "fingerprint", "PROOF", "proof");
		/* Texts are held with one character for each byte. */
		private static final Pattern UTF16 = Pattern.compile(
			"\\xff\\xfe|\\xfe\\xff|(?:\\x00[\\x01-\\x7f]){8}|(?:[\\x01-\\x7f]\\x00){8}");
		private static final Pattern QR = Pattern.compile("(?:\\xef\\xbb\\xbf)?[ \\t\\r\\n]*SKERRY:");
		private static final Pattern BEFORE_MAIL = Pattern.compile("\\A(?:\\xef\\xbb\\xbf)?[ \\t\\n]*(?:From [^\\n]*\\n)?");
		private static final Pattern FIELD = Pattern.compile("[!-9;-~]+:");
		private static final Pattern MAIL_FIELDS = Pattern.compile("(?imd)^(?:From|To|Subject|Date|Received|MIME-Version|Content-Type" +
			"|Content-Transfer-Encoding|Return-Path|Delivered-To|Message-ID|Reply-To|X-Mozilla-Status):");
		private static final Pattern MULTIPART = Pattern.compile(
			"(?i)multipart/[^\\n]*;[ \\t]*boundary[ \\t]*=[ \\t]*(?:\"([^\"]{1,70})\"|([^\"; \\t]{1,70}))");

		private interface Visitor {
			void visit(String text, boolean damaged);
		}

		/** At least one; what is there twice is found once. */
		public static List<Document> find(byte[] carrier) {
			if (carrier.length == 0) {
				throw refused("document_empty");
			}
			String kind = identify(carrier);
			if (kind != null) {
				return List.of(new Document(kind, carrier.clone()));
			}
			if (carrier.length > MAX) {
				throw refused("document_too_large");
			}
			String text = new String(carrier, StandardCharsets.ISO_8859_1);
			if (text.length() >= 16 && UTF16.matcher(text).lookingAt()) {
				throw refused("document_utf16");
			}
			List<Document> found = new ArrayList<>();
			String mail = mail(text);
			if (mail != null) {
				findInMail(mail, found);
				return found;
			}
			findInText(text, found);
			if (found.isEmpty()) {
				throw judgeUnknown(carrier);
			}
			return found;
		}

		/** By its first items alone; null: no document. */
		private static String identify(byte[] data) {
			Cbor r = new Cbor(data);
			try {
				switch (r.peek()) {
					case Cbor.TAG -> {
						r.tag((data[0] & 0xff) == 0xd2 ? 18 : 98);
						r.array(4);
						return TYPES.get(typeOf(r.bytes(96)));
					}
					case Cbor.ARRAY -> {
						r.array(16);
						return MARKS.get(r.text(32));
					}
					case Cbor.MAP -> {
						Long label = r.label(r.map(4));
						return label != null && label == 1 && r.uint(1) == 1 ? "public key" : null;
					}
					default -> {
						return null;
					}
				}
			} catch (SkerryException e) {
				return null;
			}
		}

		private static String typeOf(byte[] header) {
			Cbor r = new Cbor(header);
			Entries entries = r.map(96);
			String type = "";
			for (Long label = r.label(entries); label != null; label = r.label(entries)) {
				if (label == Cose.TYP) {
					type = r.text(64);
				} else {
					r.skip();
				}
			}
			return type;
		}

		private static SkerryException judgeUnknown(byte[] data) {
			boolean isText = utf8(data) != null;
			if (!isText && data.length > 1 && (data[0] & 0xff) == 0xd2) {
				Cose.sign1(data);
			} else if (!isText && data.length > 2 && (data[0] & 0xff) == 0xd8 && data[1] == 0x62) {
				Cose.sign(data);
			}
			return refused("document_unknown");
		}

		private static void add(List<Document> found, String kind, byte[] bytes) {
			if (found.stream().anyMatch(one -> one.kind.equals(kind) && Arrays.equals(one.bytes, bytes))) {
				return;
			}
			if (found.size() == PARTS_MAX) {
				throw refused("document_count");
			}
			found.add(new Document(kind, bytes));
		}

		private static String known(byte[] data) {
			if (data.length == 0) {
				throw refused("document_empty");
			}
			String kind = identify(data);
			if (kind == null) {
				throw refused("document_unknown");
			}
			return kind;
		}

		/** Binary, QR text, or text with armor. Finding nothing is no error. */
		private static void findInText(String given, List<Document> found) {
			byte[] data = given.getBytes(StandardCharsets.ISO_8859_1);
			String kind = identify(data);
			if (kind != null) {
				add(found, kind, data);
				return;
			}
			Matcher qr = QR.matcher(given);
			if (qr.lookingAt()) {
				byte[] bytes = base45(withoutEnd(given.substring(qr.end()), "\r\n"));
				add(found, known(bytes), bytes);
				return;
			}
			Armor armor = new Armor(given);
			while (armor.next()) {
				String claimed = LABELS.get(armor.label);
				if (claimed == null) {
					throw refused("armor_label");
				}
				if (!known(armor.bytes).equals(claimed)) {
					throw refused("document_kind");
				}
				add(found, claimed, armor.bytes);
			}
		}

		private static String withoutEnd(String text, String characters) {
			int end = text.length();
			while (end > 0 && characters.indexOf(text.charAt(end - 1)) >= 0) {
				end--;
			}
			return text.substring(0, end);
		}

		private static String without(String text, String characters) {
			StringBuilder out = new StringBuilder();
			text.chars().filter(c -> characters.indexOf(c) < 0).forEach(c -> out.append((char) c));
			return out.toString();
		}

		private static byte[] base45(String text) {
			if (text.length() % 3 == 1) {
				throw refused("base45_length");
			}
			ByteArrayOutputStream bytes = new ByteArrayOutputStream();
			for (int i = 0; i < text.length(); i += 3) {
				int group = Math.min(3, text.length() - i), value = 0;
				for (int j = group - 1; j >= 0; j--) {
					int digit = BASE45.indexOf(text.charAt(i + j));
					if (digit < 0) {
						throw refused("base45_character");
					}
					value = value * 45 + digit;
				}
				if (value >= 1 << 8 * (group - 1)) {
					throw refused("base45_range");
				}
				if (group == 3) {
					bytes.write(value >> 8);
				}
				bytes.write(value);
			}
			return bytes.toByteArray();
		}

		private static boolean isWord(char c) {
			return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
		}

		private static boolean isDigit(char c) {
			return isWord(c) || c == '+' || c == '/';
		}

		/* --- mail (RFC 5322, 2045, 2046) --- */

		/** The mail without what stands before its first field, with LF as line ends; null: it is none. */
		private static String mail(String given) {
			String text = BEFORE_MAIL.matcher(given.replace("\r\n", "\n").replace('\r', '\n')).replaceFirst("");
			int gap = text.indexOf("\n\n");
			String header = gap < 0 ? text : text.substring(0, gap);
			boolean first = true;
			for (String line : withoutEnd(header, "\n").split("\n", -1)) {
				boolean folded = !first && !line.isEmpty() && (line.charAt(0) == ' ' || line.charAt(0) == '\t');
				if (!folded && !FIELD.matcher(line).lookingAt()) {
					return null;
				}
				first = false;
			}
			return MAIL_FIELDS.matcher(header).find() ? text : null;
		}

		private static void findInMail(String mail, List<Document> found) {
			int[] parts = { 0 };
			boolean[] damage = { false };
			walk(mail, 0, (text, damaged) -> {
				if (++parts[0] > MAIL_PARTS_MAX) {
					throw refused("document_count");
				}
				int before = found.size();
				try {
					findInText(text, found);
				} catch (SkerryException e) {
					throw damaged ? refused("armor_character") : e;
				}
				damage[0] |= damaged;
				if (damaged && found.size() > before) {
					throw refused("armor_character");
				}
			});
			if (found.isEmpty()) {
				throw refused(damage[0] ? "armor_character" : "mail_part");
			}
		}

		private static String field(String header, String name) {
			Matcher field = Pattern.compile("(?i)\\n" + name + ":[ \\t]*([^\\n]*)").matcher(header);
			return field.find() ? field.group(1) : "";
		}

		private static boolean begins(String text, String with) {
			return text.regionMatches(true, 0, with, 0, with.length());
		}

		private static void walk(String entity, int depth, Visitor visitor) {
			String whole = "\n" + entity;
			int gap = whole.indexOf("\n\n");
			String header = (gap < 0 ? whole : whole.substring(0, gap)).replaceAll("\\n[ \\t]+", " ");
			String body = gap < 0 ? "" : whole.substring(gap + 2);
			String type = field(header, "Content-Type"), encoding = field(header, "Content-Transfer-Encoding");
			Matcher multipart = MULTIPART.matcher(type);
			if (depth < MAIL_DEPTH_MAX && multipart.lookingAt()) {
				List<String> bodies = parts(body, multipart.group(1) != null ? multipart.group(1) : multipart.group(2));
				walkParts(bodies, begins(type, "multipart/alternative"), depth + 1, visitor);
				if (!bodies.isEmpty()) {
					return;
				}
			}
			boolean damaged = false;
			if (begins(encoding, "base64")) {
				int from = 0;
				while (from < body.length() && " \t\r\n\u000b\f".indexOf(body.charAt(from)) >= 0) {
					from++;
				}
				int to = base64End(body, from);
				damaged = to < body.length() && body.charAt(to) != '=' && body.charAt(to) != '\n';
				body = mailBase64(without(body.substring(from, to), " \t\n"));
			} else if (begins(encoding, "quoted-printable")) {
				body = body.replaceAll("=[ \\t]*(?:\\n|\\z)", "");
				body = Pattern.compile("=([0-9A-Fa-f]{2})").matcher(body).replaceAll(
					hex -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(hex.group(1), 16))));
			}
			if (begins(type, "message/rfc822") && depth < MAIL_DEPTH_MAX) {
				walk(body, depth + 1, visitor);
			} else {
				visitor.visit(body, damaged);
			}
		}

		private static List<String> parts(String body, String boundary) {
			Matcher line = Pattern.compile("(?:\\A|\\n)--" + Pattern.quote(boundary) + "(--)?[ \\t]*(?=\\n|\\z)").matcher(body);
			List<String> bodies = new ArrayList<>();
			int begin = -1;
			while (line.find()) {
				if (begin >= 0) {
					bodies.add(body.substring(Math.min(begin + 1, line.start()), line.start()));
				}
				if (line.group(1) != null) {
					return bodies;
				}
				begin = line.end();
			}
			if (begin >= 0) {
				bodies.add(body.substring(Math.min(begin + 1, body.length())));
			}
			return bodies;
		}

		/** Of alternatives one that is good is enough. */
		private static void walkParts(List<String> bodies, boolean alternative, int depth, Visitor visitor) {
			SkerryException first = null;
			boolean good = false;
			for (String body : bodies) {
				try {
					walk(body, depth, visitor);
					good = true;
				} catch (SkerryException e) {
					if (!alternative) {
						throw e;
					}
					first = first == null ? e : first;
				}
			}
			if (first != null && !good) {
				throw first;
			}
		}

		/** Ends at its padding or a blank line: mailing lists put their text behind it. */
		private static int base64End(String body, int from) {
			int at = from;
			while (at < body.length() && (isDigit(body.charAt(at)) || body.charAt(at) == ' ' || body.charAt(at) == '\t' ||
				body.charAt(at) == '\n' && at > from && body.charAt(at - 1) != '\n')) {
				at++;
			}
			return at;
		}

		private static String mailBase64(String digits) {
			String whole = digits.length() % 4 == 1 ? digits.substring(0, digits.length() - 1) : digits;
			return new String(Base64.getDecoder().decode(whole), StandardCharsets.ISO_8859_1);
		}
	}

	/* --- proofs ------------------------------------------------------------------------------------- */

	/** What is asked of a daemon; tenant and domain may be null. */
	public record Asked(String product, String tenant, String domain, long buildDate, byte[] nonce) { }

	/** What it answers. */
	public record Shown(byte[] license, List<byte[]> manifests, byte[] proof) { }

	/** A proof and the license that it is of. */
	public record Proven(License license, Proof proof) { }

	/** What a site's daemon says of its present verdict, signed by the site's own key. */
	public static final class Proof {
		public static final String TYPE = "application/vnd.skerry.proof+cwt";
		private static final int PAYLOAD_MAX = 4096;
		/* A step down waits for the place's next day end, 25 h at most, wherever that place is. */
		private static final long LENIENT_S = 2 * DAY_S;
		private static final int STATE = 3, ACCESS = 4, REASON = 5, NOTICE = 6, CLOCK = 13;

		public String product = "", message = "", tenant = "", domain = "";
		public byte[] nonce = {}, licenseHash = {};
		public long issuedAt, expiresAt, buildDate, manifestVersion;
		public boolean stateRollback;
		/* By label. */
		private final int[] words = new int[14];
		private final Long[] dates = new Long[13];
		private int expAt;

		private static Proof parse(byte[] payload) {
			if (payload.length > PAYLOAD_MAX) {
				throw refused("document_too_large", PAYLOAD_MAX);
			}
			Proof p = new Proof();
			Cbor r = new Cbor(payload);
			r.claims(label -> {
				int at = r.at;
				switch (label) {
					case 3 -> p.product = r.form(65, PRODUCT);
					case 4 -> {
						p.expAt = at;
						p.expiresAt = r.date();
					}
					case 6 -> p.issuedAt = r.date();
					case 10 -> {
						p.nonce = r.bytes(64);
						if (p.nonce.length < 8) {
							throw refused("claim_value", at);
						}
					}
					case -65537 -> r.claims(own -> p.readOwn(r, own), 1, 2, 19);
					default -> {
						return false;
					}
				}
				return true;
			}, 3, 4, 6, 10, -65537);
			if (p.expiresAt <= p.issuedAt || p.expiresAt - p.issuedAt > PROOF_LIVES_S) {
				throw refused("claim_conflict", p.expAt);
			}
			r.finish();
			return p;
		}

		private boolean readOwn(Cbor r, int label) {
			switch (label) {
				case 1 -> r.version();
				case 2 -> licenseHash = r.fixed(32);
				case STATE, ACCESS, REASON, NOTICE, CLOCK -> words[label] = (int) r.positive(255);
				case 7, 8, 9, 10, 11, 12 -> dates[label] = r.date();
				case 14 -> stateRollback = r.yes();
				case 15 -> message = r.someText(1024);
				case 16 -> tenant = r.someText(64);
				case 17 -> domain = r.someText(253);
				case 18 -> buildDate = r.positive(TIME_MAX);
				case 19 -> manifestVersion = r.positive(Long.MAX_VALUE);
				default -> {
					return false;
				}
			}
			return true;
		}

		/**
		 * Holds what a daemon shows against what the product pins: manifests, license, proof, each judged by the one
		 * before. `trust` moves on.
		 */
		public static Proven take(Shown shown, Asked asked, List<Document> pinned, Trust trust) {
			List<Document> manifests = shown.manifests.stream().map(bytes -> new Document("manifest", bytes)).toList();
			trust.follow(manifests);
			trust.leavesNoGap(manifests);
			License license = null;
			String fallen = null;
			try {
				Opened opened = trust.license(shown.license);
				license = opened.license;
				fallen = opened.revoked ? "trust_key_revoked" : null;
			} catch (SkerryException e) {
				if (!Trust.FALLS.contains(e.code)) {
					throw e;
				}
				fallen = e.code;
			}
			if (fallen != null) {
				license = stoodOnce(shown.license, manifests, pinned);
			}
			String other = license.isForOther(asked.product, asked.tenant);
			if (other != null) {
				throw refused(other);
			}
			if (license.siteKey == null) {
				throw refused("not_paired");
			}
			Proof proof = open(shown.proof, license.siteKey);
			if (proof.manifestVersion > trust.version()) {
				throw refused("trust_sequence");
			}
			if (!proof.answers(shown.license, asked) || !proof.isKnown() || !proof.isAllowed(license)) {
				throw refused("proof");
			}
			/* From then on it is in its grace at best. */
			if (fallen != null && proof.words[ACCESS] != 0 && proof.words[STATE] < 3) {
				throw refused(fallen);
			}
			return new Proven(license, proof);
		}

		/** A license whose key fell was good under a pinned manifest, or one that came after: else it is a thief's. */
		private static License stoodOnce(byte[] document, List<Document> manifests, List<Document> pinned) {
			Trust trust = Trust.anchor(pinned);
			for (int i = 0;; i++) {
				SkerryException no = refused("trust_key_revoked");
				try {
					Opened opened = trust.license(document);
					if (!opened.revoked) {
						return opened.license;
					}
				} catch (SkerryException e) {
					no = e;
				}
				if (i == manifests.size()) {
					throw no;
				}
				try {
					trust.follow(manifests.subList(i, i + 1));
				} catch (SkerryException e) {
					/* One that does not follow has no say. */
					continue;
				}
			}
		}

		private static Proof open(byte[] document, Key siteKey) {
			Cose message = Cose.sign1(document);
			if (!message.type.equals(TYPE)) {
				throw refused("cose_type");
			}
			if (!message.kid.equals(siteKey.kid())) {
				throw refused("signature");
			}
			message.verify(siteKey);
			return parse(message.payload);
		}

		private boolean answers(byte[] license, Asked asked) {
			return MessageDigest.isEqual(nonce, asked.nonce) && Arrays.equals(licenseHash, sha256(license)) &&
				product.equals(asked.product) && tenant.equals(asked.tenant == null ? "" : asked.tenant) &&
				domain.equals(asked.domain == null ? "" : asked.domain) && buildDate == asked.buildDate;
		}

		private boolean isKnown() {
			return words[STATE] < Verdict.STATES.size() && words[ACCESS] < Verdict.ACCESSES.size() &&
				words[REASON] < Verdict.REASONS.size() - 1 && words[NOTICE] < Verdict.NOTICES.size() &&
				words[CLOCK] < Verdict.CLOCKS.size();
		}

		/** Whoever has the site's key can sign much; not that a license gives more than it does at its best. */
		private boolean isAllowed(License license) {
			long at = Math.max(issuedAt - LENIENT_S, Math.min(license.notBefore, issuedAt));
			return words[ACCESS] <= Verdict.ACCESSES.indexOf(Verdict.best(license, at, buildDate).access);
		}

		/** Whether it ended, or what it says would change, so many seconds after it was made. */
		public boolean isOver(long elapsed) {
			long at = issuedAt + elapsed;
			return at >= expiresAt || dates[7] != null && at >= dates[7];
		}

		/** What it says, `elapsed` seconds after it was made; from its end on there is no access. */
		public Verdict verdict(long elapsed) {
			Verdict v = new Verdict();
			v.at = issuedAt + elapsed;
			v.source = "daemon";
			if (v.at >= expiresAt) {
				v.state = "locked";
				v.reason = "no_daemon";
				return v;
			}
			v.state = Verdict.STATES.get(words[STATE]);
			v.access = Verdict.ACCESSES.get(words[ACCESS]);
			v.reason = Verdict.REASONS.get(words[REASON]);
			v.notice = Verdict.NOTICES.get(words[NOTICE]);
			v.clock = Verdict.CLOCKS.get(words[CLOCK]);
			v.stateRollback = stateRollback;
			v.message = message.replaceAll("[\\x00-\\x1f\\x7f]", " ");
			v.nextChangeAt = dates[7];
			v.renewBy = dates[8];
			v.validUntil = dates[9];
			v.maintenanceUntil = dates[10];
			v.graceUntil = dates[11];
			v.degradedUntil = dates[12];
			return v;
		}
	}

	/* --- JSON (RFC 8259) ---------------------------------------------------------------------------- */

	/** Objects as Map, arrays as List, integers as Long, other numbers as Double. */
	private static final class Json {
		private static final int DEPTH_MAX = 32;
		private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

		private final String text;
		private int at;

		private Json(String text) {
			this.text = text;
		}

		/** The object that the text is; io where it is none. */
		@SuppressWarnings("unchecked")
		static Map<String, Object> object(String text) {
			Json json = new Json(text);
			Object value = json.value(0);
			if (json.next() != 0 || !(value instanceof Map)) {
				throw refused("io");
			}
			return (Map<String, Object>) value;
		}

		static void write(StringBuilder out, String text) {
			out.append('"');
			text.chars().forEach(c -> {
				if (c < 0x20 || c == '"' || c == '\\' || c > 0x7e) {
					out.append(String.format("\\u%04x", c));
				} else {
					out.append((char) c);
				}
			});
			out.append('"');
		}

		/** The next character that is not blank, which is not taken; 0 at the end. */
		private char next() {
			while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
				at++;
			}
			return at < text.length() ? text.charAt(at) : 0;
		}

		private boolean take(char c) {
			boolean is = next() == c;
			at += is ? 1 : 0;
			return is;
		}

		private void expect(char c) {
			if (!take(c)) {
				throw refused("io");
			}
		}

		private Object value(int depth) {
			if (depth > DEPTH_MAX) {
				throw refused("io");
			}
			switch (next()) {
				case '{' -> {
					Map<String, Object> object = new LinkedHashMap<>();
					at++;
					for (boolean more = !take('}'); more; more = take(',')) {
						next();
						String name = string();
						expect(':');
						object.put(name, value(depth + 1));
						if (next() != ',') {
							expect('}');
							break;
						}
					}
					return object;
				}
				case '[' -> {
					List<Object> array = new ArrayList<>();
					at++;
					for (boolean more = !take(']'); more; more = take(',')) {
						array.add(value(depth + 1));
						if (next() != ',') {
							expect(']');
							break;
						}
					}
					return array;
				}
				case '"' -> {
					return string();
				}
				default -> {
					return word();
				}
			}
		}

		private Object word() {
			for (Object word : new Object[] { "true", "false", "null" }) {
				if (text.startsWith((String) word, at)) {
					at += ((String) word).length();
					return word.equals("null") ? null : (Object) word.equals("true");
				}
			}
			Matcher number = NUMBER.matcher(text).region(at, text.length());
			if (!number.lookingAt()) {
				throw refused("io");
			}
			at = number.end();
			try {
				return number.group(1) == null && number.group(2) == null ? (Object) Long.valueOf(number.group())
					: (Object) Double.valueOf(number.group());
			} catch (NumberFormatException e) {
				throw refused("io");
			}
		}

		private String string() {
			StringBuilder out = new StringBuilder();
			if (at >= text.length() || text.charAt(at++) != '"') {
				throw refused("io");
			}
			for (; at < text.length(); at++) {
				char c = text.charAt(at);
				if (c == '"') {
					at++;
					return out.toString();
				}
				out.append(c == '\\' ? escaped() : c);
			}
			throw refused("io");
		}

		private char escaped() {
			char c = ++at < text.length() ? text.charAt(at) : 0;
			int simple = "\"\\/bfnrt".indexOf(c);
			if (c != 0 && simple >= 0) {
				return "\"\\/\b\f\n\r\t".charAt(simple);
			}
			if (c != 'u' || at + 4 >= text.length()) {
				throw refused("io");
			}
			try {
				char point = (char) HexFormat.fromHexDigits(text, at + 1, at + 5);
				at += 4;
				return point;
			} catch (IllegalArgumentException e) {
				throw refused("io");
			}
		}
	}

	/* --- the daemon --------------------------------------------------------------------------------- */

	/** HTTP/1.1 to skerryd over its Unix socket: one call on one connection, within a time. */
	private static final class Daemon {
		private static final int ANSWER_MAX = 4 << 20;
		private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9][0-9])(?: |\\r\\n|\\z)");
		private static final Pattern LENGTH = Pattern.compile("(?i)\\r\\nContent-Length:[ \\t]*([0-9]{1,9})[ \\t]*(?:\\r\\n|\\z)");
		private static final Pattern CHUNKED = Pattern.compile("(?i)\\r\\nTransfer-Encoding:[ \\t]*chunked");
		private static final Pattern CHUNK = Pattern.compile("([0-9a-fA-F]{1,7})[^\\r\\n]*\\r\\n");

		private final Path socket;
		private final long waitMs;

		Daemon(Path socket, long waitMs) {
			this.socket = socket;
			this.waitMs = waitMs;
		}

		/** The object of the answer; throws what an error's body tells. */
		Map<String, Object> call(String method, String target, String body, Map<String, String> headers) {
			Map<String, String> lines = new LinkedHashMap<>(Map.of("Host", "skerry", "Accept", "application/json", "Connection", "close"));
			lines.putAll(headers);
			byte[] data = body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
			if (body != null) {
				lines.put("Content-Type", "application/json");
			}
			if (!method.equals("GET")) {
				lines.put("Content-Length", String.valueOf(data.length));
			}
			StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
			lines.forEach((name, value) -> {
				if (value.chars().anyMatch(c -> c < 0x20 || c > 0x7e)) {
					throw refused("argument");
				}
				head.append(name).append(": ").append(value).append("\r\n");
			});
			return parse(exchange(join(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII), data)));
		}

		private byte[] exchange(byte[] request) {
			long until = System.nanoTime() + waitMs * 1000000;
			ByteArrayOutputStream answer = new ByteArrayOutputStream();
			try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX); Selector selector = Selector.open()) {
				channel.connect(UnixDomainSocketAddress.of(socket));
				channel.configureBlocking(false);
				ByteBuffer sent = ByteBuffer.wrap(request), read = ByteBuffer.allocate(65536);
				SelectionKey key = channel.register(selector, SelectionKey.OP_READ | SelectionKey.OP_WRITE);
				for (int size = 0; size >= 0;) {
					long left = (until - System.nanoTime()) / 1000000;
					if (left <= 0 || selector.select(left) == 0 && !Thread.currentThread().isInterrupted()) {
						throw refused("no_daemon", "skerryd does not answer at " + socket + " in time.");
					}
					selector.selectedKeys().clear();
					if (Thread.currentThread().isInterrupted()) {
						throw refused("no_daemon", "Asking skerryd was interrupted.");
					}
					if (sent.hasRemaining() && !write(channel, sent)) {
						/* It may have answered already. */
						sent.position(sent.limit());
					}
					key.interestOps(SelectionKey.OP_READ | (sent.hasRemaining() ? SelectionKey.OP_WRITE : 0));
					size = channel.read(read.clear());
					answer.write(read.array(), 0, Math.max(size, 0));
					if (answer.size() > ANSWER_MAX) {
						throw refused("io");
					}
				}
			} catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
				if (Files.exists(socket) && !Files.isWritable(socket)) {
					throw refused("file_permission", "This user may not use skerryd at " + socket + ".");
				}
				throw refused("no_daemon", "skerryd does not answer at " + socket + ": " + e.getMessage() + ".");
			}
			if (answer.size() == 0) {
				throw refused("no_daemon");
			}
			return answer.toByteArray();
		}

		private static boolean write(SocketChannel channel, ByteBuffer bytes) {
			try {
				channel.write(bytes);
				return true;
			} catch (IOException e) {
				return false;
			}
		}

		private static Map<String, Object> parse(byte[] answer) {
			String text = new String(answer, StandardCharsets.ISO_8859_1);
			int gap = text.indexOf("\r\n\r\n");
			Matcher status = STATUS.matcher(text);
			if (gap < 0 || !status.lookingAt()) {
				throw refused("io");
			}
			String head = text.substring(0, gap), body = text.substring(gap + 4);
			Matcher length = LENGTH.matcher(head);
			if (CHUNKED.matcher(head).find()) {
				body = unchunk(body);
			} else if (length.find() && body.length() != Integer.parseInt(length.group(1))) {
				throw refused("io");
			}
			String json = utf8(body.getBytes(StandardCharsets.ISO_8859_1));
			if (json == null) {
				throw refused("io");
			}
			Map<String, Object> object = json.isEmpty() ? Map.of() : Json.object(json);
			if (Integer.parseInt(status.group(1)) >= 300) {
				Map<?, ?> error = object.get("error") instanceof Map<?, ?> map ? map : Map.of();
				String code = error.get("code") instanceof String given ? given : "io";
				String message = error.get("message") instanceof String given ? given : "";
				String advice = error.get("advice") instanceof String given ? given : "";
				String retryAt = error.get("retry_at") instanceof String given ? given : null;
				throw new SkerryException(code, (message + " " + advice).trim(), 0, retryAt);
			}
			return object;
		}

		private static String unchunk(String body) {
			StringBuilder whole = new StringBuilder();
			Matcher chunk = CHUNK.matcher(body);
			for (int at = 0; at <= body.length() && chunk.region(at, body.length()).lookingAt();) {
				int size = Integer.parseInt(chunk.group(1), 16), end = Math.min(chunk.end() + size, body.length());
				if (size == 0) {
					return whole.toString();
				}
				whole.append(body, chunk.end(), end);
				at = end + 2;
			}
			throw refused("io");
		}
	}

	/* --- the answers for one product ---------------------------------------------------------------- */

	/** What a Skerry is made from. */
	public static final class Config {
		private final byte[] trust;
		private final String product;
		private Path socket = Path.of("/run/skerry/skerry.sock");
		private List<Path> license;
		private String tenant, domain, installPath, language;
		private long buildDate, freshS = 60, waitMs = 2000;
		private List<String> custom = List.of();
		private ZoneId timezone = ZoneId.systemDefault();
		private LongSupplier clock = () -> System.currentTimeMillis() / 1000;

		/** The pinned root manifest, any carrier, later ones may follow it; the product with its brand, "hotelhub/hms". */
		public Config(byte[] trust, String product) {
			this.trust = trust.clone();
			this.product = product;
		}

		/** skerryd's; /run/skerry/skerry.sock. Not asked where a license is given. */
		public Config socket(Path path) {
			socket = path;
			return this;
		}

		/** Files of license and later manifests: works without a daemon. */
		public Config license(Path... paths) {
			license = List.of(paths);
			return this;
		}

		public Config tenant(String name) {
			tenant = name;
			return this;
		}

		public Config domain(String name) {
			domain = name;
			return this;
		}

		/** When the product was built, UTC seconds. */
		public Config buildDate(long at) {
			buildDate = at;
			return this;
		}

		/** What the product knows of its machine, where the license compares it. */
		public Config custom(String... values) {
			custom = List.of(values);
			return this;
		}

		/** Where it is installed, where the license compares that. */
		public Config installPath(String path) {
			installPath = path;
			return this;
		}

		/** Of the daemon's messages: "en", "id". */
		public Config language(String tag) {
			language = tag;
			return this;
		}

		/** Of the place, for day ends of a license file; the system's. */
		public Config timezone(ZoneId zone) {
			timezone = zone;
			return this;
		}

		/** So long a proof is used without asking again, seconds; 60. */
		public Config freshS(long seconds) {
			freshS = seconds;
			return this;
		}

		/** So long the daemon is waited for, milliseconds; 2000. */
		public Config waitMs(long milliseconds) {
			waitMs = milliseconds;
			return this;
		}

		/** UTC seconds, for tests. */
		public Config clock(LongSupplier seconds) {
			clock = seconds;
			return this;
		}
	}

	/** A seat that was claimed or renewed. Keep the secret. */
	public record Seat(String holder, String secret, String expiresAt, long expiresIn, boolean burst) { }

	/** Running time and wall clock, seconds. */
	private record Moment(long mono, long wall) {
		/** Neither clock can be set back to lengthen a proof's life; the running time may rest in a sleep. */
		long since(Moment before) {
			return Math.max(Math.max(mono - before.mono, wall - before.wall), 0);
		}
	}

	/** What was proven last, and when it was asked for. */
	private record Held(License license, Proof proof, Trust trust, Moment since) {
		boolean isOver(Moment now) {
			return proof.isOver(now.since(since));
		}
	}

	/** What was proven, why the look after that failed, when it was, and how long until the next. */
	private record Looked(Held held, SkerryException trouble, Moment at, long pause) {
		boolean isDue(Moment now) {
			return at == null || now.since(at) >= pause || trouble == null && isOver(now);
		}

		boolean isOver(Moment now) {
			return held == null || held.isOver(now);
		}
	}

	private record Known(Verdict verdict, License license, Trust trust) { }

	private final Config config;
	private final List<Document> pinned;
	private final Daemon daemon;
	private final ReentrantLock looking = new ReentrantLock();
	private final SecureRandom random = new SecureRandom();
	/* Of a daemon. */
	private volatile Looked looked = new Looked(null, null, null, 0);
	/* Of files: the license, and the verdict that holds until it changes. */
	private License opened;
	private Trust openedBy;
	private Verdict last;

	/** Throws argument, and what the pinned manifest is refused for; asks nobody yet. */
	public Skerry(Config config) {
		if (config.trust.length == 0 || config.product == null || !PRODUCT.matcher(config.product).matches()) {
			throw refused("argument", "Skerry needs a pinned root manifest (trust), and the product as brand/product.");
		}
		this.config = config;
		pinned = Documents.find(config.trust);
		daemon = new Daemon(config.socket, config.waitMs);
	}

	/** What holds now. Throws where nothing is known: no license, one that is refused, no daemon and no proof. */
	public Verdict verdict() {
		return known().verdict;
	}

	/** What a license file gives at another time, UTC seconds. */
	public synchronized Verdict verdictAt(long at) {
		openFiles();
		return complete(ofLicense(at), openedBy);
	}

	/** May the feature be used now? It needs full access. */
	public boolean check(String feature) {
		return check(feature, false);
	}

	/** With read, at least read only. */
	public boolean check(String feature, boolean read) {
		Known known = known();
		boolean access = read ? known.verdict.mayRead() : known.verdict.isFull();
		return access && known.license != null && Boolean.TRUE.equals(known.license.grants.get(feature));
	}

	/** A limit's number; no_access, no_limit. */
	public long limit(String name) {
		return grant(name, Long.class);
	}

	/** A text value; no_access, no_limit. */
	public String text(String name) {
		return grant(name, String.class);
	}

	/** The license that answers, verified; null without one. */
	public License license() {
		return known().license;
	}

	/** Asks the daemon, or reads the files, at the next question, however fresh the last answer is. */
	public synchronized void refresh() {
		looking.lock();
		try {
			looked = new Looked(looked.held, looked.trouble, null, 0);
		} finally {
			looking.unlock();
		}
		opened = null;
		last = null;
	}

	/** All that `skerry status --json` shows, as the daemon tells it: for people, nothing of it is proven. */
	public Map<String, Object> status() {
		return daemon.call("GET", "/v1/status?" + query(), null, languages());
	}

	private <T> T grant(String name, Class<T> kind) {
		Known known = known();
		if (!known.verdict.mayRead()) {
			throw refused("no_access");
		}
		Object value = known.license.grants.get(name);
		if (!kind.isInstance(value)) {
			throw refused("no_limit");
		}
		return kind.cast(value);
	}

	private Known known() {
		Known known = config.license == null ? ofDaemon() : ofFiles();
		complete(known.verdict, known.trust);
		return known;
	}

	private Verdict complete(Verdict verdict, Trust trust) {
		if (trust != null) {
			verdict.contact = trust.contact(config.product.substring(0, config.product.indexOf('/')));
		}
		if (verdict.message.isEmpty()) {
			verdict.message = Words.message(verdict, config.product, config.timezone);
		}
		return verdict;
	}

	/* --- seats --- */

	/**
	 * Claims a seat, or renews that of the same holder; the secret of one that is held, or null. no_access, no_seats,
	 * seat_held, seat_none_free (retryAt()), seat_cap; no_daemon.
	 */
	public Seat claimSeat(String holder, String secret) {
		Known known = known();
		/* A daemon that nobody proved cannot grant any. */
		if (!known.verdict.mayRead()) {
			boolean silent = known.verdict.reason.equals("no_daemon");
			throw refused(!silent ? "no_access" : known.verdict.trouble != null ? known.verdict.trouble : "no_daemon");
		}
		if (known.license.seats == null || config.license != null) {
			throw refused("no_seats");
		}
		Map<String, Object> seat = daemon.call("PUT", seat(holder), null, shown(secret));
		/* A renewal tells no secret. */
		return new Seat(holder, seat.get("secret") instanceof String told ? told : secret,
			seat.get("expires_at") instanceof String at ? at : null, seat.get("expires_in") instanceof Long in ? in : 0,
			Boolean.TRUE.equals(seat.get("burst")));
	}

	/** A third of expiresIn is a good time to. A seat that ended meanwhile is claimed anew. */
	public Seat renewSeat(String holder, String secret) {
		return claimSeat(holder, secret);
	}

	/** seat_unknown: it had ended; seat_secret: somebody else has the name. */
	public void releaseSeat(String holder, String secret) {
		daemon.call("DELETE", seat(holder), null, shown(secret));
	}

	private static Map<String, String> shown(String secret) {
		return secret == null || secret.isEmpty() ? Map.of() : Map.of("Skerry-Seat-Secret", secret);
	}

	private String seat(String holder) {
		byte[] bytes = holder.getBytes(StandardCharsets.UTF_8);
		if (bytes.length < 1 || bytes.length > 255 || holder.chars().anyMatch(c -> c < 0x20 || c == 0x7f) ||
			!new String(bytes, StandardCharsets.UTF_8).equals(holder)) {
			throw refused("argument", "A holder is 1 to 255 bytes of text.");
		}
		return "/v1/seats/" + encoded(holder) + "?" + query();
	}

	private static String encoded(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A");
	}

	private static void put(StringBuilder query, String name, String value) {
		if (value != null && !value.isEmpty()) {
			query.append(query.length() > 0 ? "&" : "").append(name).append('=').append(encoded(value));
		}
	}

	private String query() {
		StringBuilder query = new StringBuilder();
		put(query, "product", config.product);
		put(query, "tenant", config.tenant);
		put(query, "domain", config.domain);
		putMachine(query);
		return query.toString();
	}

	private void putMachine(StringBuilder query) {
		put(query, "build_date", config.buildDate == 0 ? null : Instant.ofEpochSecond(config.buildDate).toString());
		put(query, "install_path", config.installPath);
		config.custom.forEach(value -> put(query, "custom", value));
	}

	private Map<String, String> languages() {
		return config.language == null ? Map.of() : Map.of("Accept-Language", config.language);
	}

	/* --- of files --- */

	private synchronized Known ofFiles() {
		openFiles();
		long now = Math.max(config.clock.getAsLong(), opened.issuedAt);
		if (last == null || now < last.at || last.nextChangeAt != null && now >= last.nextChangeAt) {
			last = ofLicense(now);
		}
		return new Known(last.copyAt(now), opened, openedBy);
	}

	private Verdict ofLicense(long at) {
		return Verdict.of(opened, at, config.timezone, config.domain, config.buildDate);
	}

	/** A license whose key stands, for what is asked about. */
	public static License wanted(Trust trust, byte[] document, String product, String tenant) {
		Opened opened = trust.license(document);
		String other = opened.revoked ? "trust_key_revoked" : opened.license.isForOther(product, tenant);
		if (other != null) {
			throw refused(other);
		}
		return opened.license;
	}

	/** The first that fits, else the error of the first. */
	public static License choose(Trust trust, List<Document> documents, String product, String tenant) {
		SkerryException first = null;
		for (Document document : documents) {
			try {
				if (document.kind.equals("license")) {
					return wanted(trust, document.bytes, product, tenant);
				}
			} catch (SkerryException e) {
				first = first == null ? e : first;
			}
		}
		throw first == null ? refused("document_kind") : first;
	}

	private void openFiles() {
		if (config.license == null) {
			throw refused("argument", "There is no license file to look into.");
		}
		if (opened != null) {
			return;
		}
		List<Document> documents = new ArrayList<>();
		for (Path path : config.license) {
			try {
				documents.addAll(Documents.find(Files.readAllBytes(path)));
			} catch (IOException e) {
				throw refused(Files.exists(path) ? "file_permission" : "file_missing", path + ": the license cannot be read.");
			}
		}
		Trust trust = Trust.anchor(pinned);
		trust.follow(documents);
		opened = choose(trust, documents, config.product, config.tenant);
		openedBy = trust;
	}

	/* --- of a daemon --- */

	private Moment now() {
		return new Moment(System.nanoTime() / 1000000000, config.clock.getAsLong());
	}

	private Known ofDaemon() {
		Moment now = now();
		if (looked.isDue(now)) {
			/* One look at a time; others answer from what holds. */
			boolean mine = looking.tryLock();
			if (!mine && looked.isOver(now)) {
				looking.lock();
				mine = true;
			}
			if (mine) {
				try {
					if (looked.isDue(now)) {
						looked = look(now);
					}
				} finally {
					looking.unlock();
				}
			}
		}
		Looked here = looked;
		boolean over = here.isOver(now);
		if (over && here.trouble != null && here.trouble.code.equals("no_license")) {
			/* That there is no license needs no proof: it grants nothing. */
			Verdict verdict = new Verdict();
			verdict.at = now.wall;
			verdict.source = "daemon";
			return new Known(verdict, null, null);
		}
		if (here.held == null) {
			throw new SkerryException(here.trouble.code, here.trouble.getMessage(), here.trouble.offset, null);
		}
		Verdict verdict = here.held.proof.verdict(over ? PROOF_LIVES_S : now.since(here.held.since));
		verdict.source = here.trouble == null ? "daemon" : "last";
		verdict.trouble = here.trouble == null ? null : here.trouble.code;
		return new Known(verdict, here.held.license, here.held.trust);
	}

	/** The last one goes on where it fails; where there is none, or it has ended, nothing is known. */
	private Looked look(Moment now) {
		Held held = looked.held;
		try {
			return new Looked(ask(held, now), null, now, config.freshS);
		} catch (SkerryException e) {
			return new Looked(held, e, now, held == null && !e.code.equals("no_license") ? 0 : RETRY_S);
		}
	}

	private Held ask(Held before, Moment now) {
		byte[] nonce = new byte[16];
		random.nextBytes(nonce);
		StringBuilder body = new StringBuilder("{\"nonce\":");
		Json.write(body, Base64.getEncoder().encodeToString(nonce));
		for (Map.Entry<String, String> one : Map.of("product", config.product, "tenant", config.tenant == null ? "" : config.tenant,
			"domain", config.domain == null ? "" : config.domain).entrySet()) {
			if (!one.getValue().isEmpty()) {
				body.append(",\"").append(one.getKey()).append("\":");
				Json.write(body, one.getValue());
			}
		}
		StringBuilder told = new StringBuilder();
		putMachine(told);
		String target = told.length() == 0 ? "/v1/proof" : "/v1/proof?" + told;
		Map<String, Object> answer = daemon.call("POST", target, body.append('}').toString(), languages());
		List<byte[]> manifests = new ArrayList<>();
		if (!(answer.getOrDefault("manifests", List.of()) instanceof List<?> list) || list.size() > 256) {
			throw refused("io");
		}
		list.forEach(manifest -> manifests.add(bytes(manifest)));
		Shown shown = new Shown(bytes(answer.get("license")), manifests, bytes(answer.get("proof")));
		Asked asked = new Asked(config.product, config.tenant, config.domain, config.buildDate, nonce);
		/* A manifest that was once seen is not forgotten. */
		Trust trust = before == null ? Trust.anchor(pinned) : before.trust.copy();
		Proven proven = Proof.take(shown, asked, pinned, trust);
		return new Held(proven.license, proven.proof, trust, now);
	}

	private static byte[] bytes(Object text) {
		try {
			if (text instanceof String digits) {
				return Base64.getDecoder().decode(digits);
			}
		} catch (IllegalArgumentException e) {
			throw refused("io");
		}
		throw refused("io");
	}

	/* --- words -------------------------------------------------------------------------------------- */

	/** What a license file's verdict means, in English; a daemon brings its own words. */
	private static final class Words {
		private static final Map<String, String> CAUSES = Map.of(
			"ok", "The license for {product} is valid{until}.",
			"not_yet_valid", "The license for {product} begins on {next}.",
			"overdue", "The license for {product} must be renewed by {renew_by}.",
			"expired", "The license for {product} has ended.",
			"renewal_missed", "The license for {product} should have been renewed by {renew_by}.",
			"too_few_components", "The license for {product} is for one machine, which cannot be compared here.",
			"wrong_domain", "The license for {product} was made for another domain.",
			"maintenance_ended", "Maintenance ended on {maintenance_until}, before this version was made.",
			"no_license", "There is no license for {product}.",
			"no_daemon", "skerryd has not answered for too long: nothing is known of the license for {product}.");
		private static final Map<String, String> EFFECTS = Map.of(
			"grace", "Everything works until {full_until}.",
			"degraded", "Data can be read but not changed, until {read_until}.",
			"locked", "The product is locked; its data is kept.");
		private static final Map<String, String> ACTIONS = Map.of(
			"not_yet_valid", "Wait for that day, or check the clock.",
			"overdue", "Install the renewal file, or ask the vendor for one.",
			"expired", "Buy a new term and install its license file.",
			"renewal_missed", "Install the renewal file, or ask the vendor for one.",
			"too_few_components", "Have skerryd started on this machine, or ask the vendor for a license for a domain.",
			"wrong_domain", "Ask the vendor to add this domain.",
			"maintenance_ended", "Use the version before, or buy maintenance and install the new license.",
			"no_license", "Install the license file that the vendor sent.",
			"no_daemon", "Start skerryd, or ask who looks after this machine to.");

		private static String shown(Long at, ZoneId zone, String form) {
			return at == null ? "" : DateTimeFormatter.ofPattern(form).format(Instant.ofEpochSecond(at).atZone(zone));
		}

		static String message(Verdict v, String product, ZoneId zone) {
			String day = "uuuu-MM-dd", moment = "uuuu-MM-dd HH:mm";
			String until = v.renewBy != null ? "; it must be renewed by " + shown(v.renewBy, ZoneOffset.UTC, day)
				: v.validUntil != null ? " until " + shown(v.validUntil, ZoneOffset.UTC, day) : " and does not end";
			StringBuilder text = new StringBuilder(
				CAUSES.getOrDefault(v.reason, "The license for {product} gives no full access (" + v.reason + ")."));
			for (String part : new String[] { EFFECTS.get(v.state), ACTIONS.get(v.reason) }) {
				text.append(part == null ? "" : " " + part);
			}
			List<String> ways = new ArrayList<>();
			for (String way : List.of("telephone", "email", "url")) {
				if (v.contact.containsKey(way)) {
					ways.add(v.contact.get(way));
				}
			}
			String said = text.toString().replace("{until}", until).replace("{next}", shown(v.nextChangeAt, zone, moment))
				.replace("{renew_by}", shown(v.renewBy, ZoneOffset.UTC, day))
				.replace("{maintenance_until}", shown(v.maintenanceUntil, ZoneOffset.UTC, day))
				.replace("{full_until}", shown(v.graceUntil, zone, moment)).replace("{read_until}", shown(v.degradedUntil, zone, moment))
				.replace("{product}", product);
			return ways.isEmpty() ? said : said + " Call " + v.contact.getOrDefault("name", "the vendor") + ": " + String.join(", ", ways) + ".";
		}
	}
}
