package io.jenkins.plugins.generatevideo.contract;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where the archive of an engine bundle is had, and what it is known by:
 * {@code https://models.example/shapes-1.0.0.tar.zst#sha256=…}.
 *
 * @param location of the scheme {@code https}, {@code http} or {@code file}, without the fragment
 * @param sha256 of the archive, 64 lower-case hexadecimal digits
 */
public record BundleAddress(URI location, String sha256) {
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://.*|file:.*");
    private static final Pattern DIGEST = Pattern.compile("sha256=([0-9a-fA-F]{64})");
    private static final List<String> SCHEMES = List.of("https", "http", "file");
    private static final int LONGEST = 2_000;

    /** Whether the name of a bundle is meant as an address. */
    public static boolean isAddress(String bundle) {
        return SCHEME.matcher(bundle).matches();
    }

    /** @throws IllegalArgumentException with a sentence that says what is wrong and what to do */
    public static BundleAddress parse(String bundle) {
        URI whole;
        try {
            whole = new URI(bundle.length() > LONGEST ? "too:long" : bundle);
        } catch (URISyntaxException e) {
            throw wrong(bundle, "is none (" + e.getReason() + "): write spaces and the like as %20", e);
        }
        String scheme = whole.getScheme() == null ? "" : whole.getScheme().toLowerCase(Locale.ROOT);
        if (!SCHEMES.contains(scheme)) {
            throw wrong(bundle, "is not one of https, http or file, or is too long: name another", null);
        }
        if (whole.getRawUserInfo() != null) {
            throw wrong(
                    bundle.replaceFirst("//[^@]*@", "//…@"),
                    "holds a user name or password, which logs and pages would show: use one without",
                    null);
        }
        boolean local = scheme.equals("file");
        if (local ? whole.getPath() == null || !whole.getPath().startsWith("/") : whole.getHost() == null) {
            throw wrong(bundle, "names no " + (local ? "file" : "host") + ": write it whole", null);
        }
        var digest = DIGEST.matcher(whole.getRawFragment() == null ? "" : whole.getRawFragment());
        if (!digest.matches()) {
            throw wrong(
                    bundle,
                    "has no digest: end it with #sha256= and the archive's SHA-256, 64 hexadecimal digits",
                    null);
        }
        return new BundleAddress(
                URI.create(bundle.substring(0, bundle.indexOf('#'))),
                digest.group(1).toLowerCase(Locale.ROOT));
    }

    private static IllegalArgumentException wrong(String bundle, String what, Exception cause) {
        String shown = bundle.length() > 200 ? bundle.substring(0, 200) + "…" : bundle;
        return new IllegalArgumentException("The bundle's address \"" + shown + "\" " + what + ".", cause);
    }

    /** As it is written. */
    @Override
    public String toString() {
        return location + "#sha256=" + sha256;
    }
}
