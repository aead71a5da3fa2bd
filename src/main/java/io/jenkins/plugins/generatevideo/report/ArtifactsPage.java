package io.jenkins.plugins.generatevideo.report;

import hudson.Functions;
import hudson.Util;
import hudson.model.Run;
import java.util.Arrays;
import java.util.stream.Collectors;
import jenkins.model.RunAction2;
import org.kohsuke.stapler.StaplerProxy;

/** A page of a build that shows artifacts: only for those who may see them. */
public abstract class ArtifactsPage implements RunAction2, StaplerProxy {
    private transient Run<?, ?> run;

    /** The symbol of the page's link. */
    abstract String icon();

    public Run<?, ?> getRun() {
        return run;
    }

    /** Whether the viewer may see artifacts. */
    public boolean isVisible() {
        return !Functions.isArtifactsPermissionEnabled() || run.hasPermission(Run.ARTIFACTS);
    }

    /** The address of a file in the archive, relative to the build's, each part of the path encoded. */
    public static String address(String folder, String file) {
        return "artifact/"
                + Arrays.stream((folder + "/" + file).split("/"))
                        .map(Util::rawEncode)
                        .collect(Collectors.joining("/"));
    }

    @Override
    public Object getTarget() {
        if (Functions.isArtifactsPermissionEnabled()) {
            run.checkPermission(Run.ARTIFACTS);
        }
        return this;
    }

    @Override
    public void onAttached(Run<?, ?> attached) {
        run = attached;
    }

    @Override
    public void onLoad(Run<?, ?> loaded) {
        run = loaded;
    }

    @Override
    public String getIconFileName() {
        return isVisible() ? icon() : null;
    }
}
