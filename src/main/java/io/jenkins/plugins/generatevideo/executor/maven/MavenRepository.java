package io.jenkins.plugins.generatevideo.executor.maven;

import java.net.Proxy;
import java.net.URI;

/**
 * Where artifacts come from.
 *
 * @param url without a slash at its end
 * @param authorization the value of the HTTP header of that name, or null where none is needed
 * @param proxy null for the virtual machine's own choice
 * @param proxyAuthorization the value of the header {@code Proxy-Authorization}, or null
 */
public record MavenRepository(URI url, String authorization, Proxy proxy, String proxyAuthorization) {
    /** The address of a file. */
    URI resolve(String path) {
        return URI.create(url + "/" + path);
    }
}
