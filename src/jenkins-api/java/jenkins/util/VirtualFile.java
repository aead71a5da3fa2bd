package jenkins.util;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Collection;

public abstract class VirtualFile implements Comparable<VirtualFile>, Serializable {
    private static final long serialVersionUID = 1L;

    public abstract boolean isFile() throws IOException;

    public abstract VirtualFile child(String name);

    public abstract long length() throws IOException;

    public abstract InputStream open() throws IOException;

    public Collection<String> list(String includes, String excludes, boolean useDefaultExcludes) throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public final int compareTo(VirtualFile o) {
        throw new UnsupportedOperationException();
    }
}
