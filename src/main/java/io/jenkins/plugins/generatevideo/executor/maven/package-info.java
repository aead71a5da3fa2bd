/** Files from the Maven repository that the user's settings name. */
package io.jenkins.plugins.generatevideo.executor.maven;
