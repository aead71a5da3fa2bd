package io.jenkins.plugins.generatevideo.executor.fetch;

import java.io.IOException;

/** An address leads where nothing is fetched from; trying again changes nothing. */
final class RefusedAddressException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedAddressException(String message) {
        super(message);
    }
}
