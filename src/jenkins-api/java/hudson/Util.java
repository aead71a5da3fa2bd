package hudson;

public class Util {
    public static String fixEmpty(String s) {
        throw new UnsupportedOperationException();
    }

    public static String fixEmptyAndTrim(String s) {
        throw new UnsupportedOperationException();
    }

    public static String fixNull(String s) {
        throw new UnsupportedOperationException();
    }

    public static String rawEncode(String s) {
        throw new UnsupportedOperationException();
    }
}
