package io.jenkins.plugins.generatevideo.executor.fetch;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;

/**
 * Opens addresses of the schemes {@code https} and {@code http}. Whoever writes a job names the address and the agent opens
 * it, so it is looked at: never a link-local address, where clouds keep credentials; no redirect to another scheme than
 * {@code https} (or from {@code http} to {@code http}); nothing that the other side says is passed on.
 */
final class HttpSource {
    private static final int CONNECT_MILLISECONDS = 30_000;
    private static final int READ_MILLISECONDS = 60_000;
    private static final int MOST_REDIRECTS = 5;
    private static final List<Integer> REDIRECTS = List.of(301, 302, 303, 307, 308);

    private HttpSource() {}

    /**
     * Asks for the content from a byte on.
     *
     * @return the connection with its answer, which is 200, 206 or an error, never a redirect
     */
    static HttpURLConnection open(URI address, long from) throws IOException {
        URI next = address;
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            checkHost(next);
            HttpURLConnection connection = (HttpURLConnection) next.toURL().openConnection();
            connection.setInstanceFollowRedirects(false);
            connection.setConnectTimeout(CONNECT_MILLISECONDS);
            connection.setReadTimeout(READ_MILLISECONDS);
            connection.setRequestProperty("Accept-Encoding", "identity");
            if (from > 0) {
                connection.setRequestProperty("Range", "bytes=" + from + "-");
            }
            if (!REDIRECTS.contains(connection.getResponseCode())) {
                return connection;
            }
            String location = connection.getHeaderField("Location");
            connection.disconnect();
            next = redirected(next, location);
        }
        throw new RefusedAddressException("it redirects more than " + MOST_REDIRECTS + " times");
    }

    private static URI redirected(URI from, String location) throws RefusedAddressException {
        URI to;
        try {
            to = from.resolve(location == null ? "" : location);
        } catch (IllegalArgumentException e) {
            throw new RefusedAddressException("it redirects to what is no address");
        }
        String scheme = to.getScheme() == null ? "" : to.getScheme().toLowerCase(Locale.ROOT);
        boolean better = scheme.equals("https") || scheme.equals("http") && "http".equalsIgnoreCase(from.getScheme());
        if (!better || to.getHost() == null || to.getRawUserInfo() != null) {
            throw new RefusedAddressException("it redirects to another scheme or without a host");
        }
        return to;
    }

    private static void checkHost(URI address) throws IOException {
        for (InetAddress host : InetAddress.getAllByName(address.getHost())) {
            if (host.isLinkLocalAddress() || host.isAnyLocalAddress() || host.isMulticastAddress()) {
                throw new RefusedAddressException("its host is one that no bundle comes from");
            }
        }
    }
}
