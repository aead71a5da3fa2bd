package io.jenkins.plugins.generatevideo.executor.cli;

import picocli.CommandLine.IVersionProvider;

/** The version in the program's manifest. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {"generate-video " + (version == null ? "(not packaged)" : version)};
    }
}
