package net.sf.json;

public final class JSONObject {
    public String optString(String key) {
        throw new UnsupportedOperationException();
    }

    public Object remove(String key) {
        throw new UnsupportedOperationException();
    }
}
