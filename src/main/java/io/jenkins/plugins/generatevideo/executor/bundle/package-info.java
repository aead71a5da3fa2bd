/** Engine bundles: reading their manifest, finding, verifying, packing and unpacking them. */
package io.jenkins.plugins.generatevideo.executor.bundle;
