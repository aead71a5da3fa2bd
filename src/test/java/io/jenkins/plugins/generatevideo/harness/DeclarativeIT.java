package io.jenkins.plugins.generatevideo.harness;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Label;
import io.jenkins.plugins.generatevideo.report.Clip;
import io.jenkins.plugins.generatevideo.report.ClipsAction;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The step in a Declarative Pipeline. */
@WithJenkins
class DeclarativeIT {
    @Test
    void makesAClipForEveryCellOfAMatrix(JenkinsRule jenkins) throws Exception {
        jenkins.createOnlineSlave(Label.get("video"));
        WorkflowRun run =
                jenkins.buildAndAssertSuccess(Quick.pipeline(jenkins, "declarative", """
                pipeline {
                    agent none
                    stages {
                        stage('Clips') {
                            matrix {
                                agent { label 'video' }
                                axes {
                                    axis { name 'COLOUR'; values 'red', 'blue' }
                                }
                                stages {
                                    stage('Clip') {
                                        steps {
                                            generateVideo prompt: "a ${COLOUR} ball", output: "clips/${COLOUR}", \
                                                seed: 1, %s
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
                """.formatted(Quick.CLIP)));
        assertThat(run.getAction(ClipsAction.class).getClips())
                .extracting(Clip::getPath)
                .containsExactlyInAnyOrder("clips/red/clip.mp4", "clips/blue/clip.mp4");
    }

    @Test
    void takesPromptsInsteadOfAPrompt(JenkinsRule jenkins) throws Exception {
        jenkins.createOnlineSlave(Label.get("video"));
        WorkflowRun run = jenkins.buildAndAssertSuccess(Quick.pipeline(jenkins, "prompts", """
                pipeline {
                    agent { label 'video' }
                    stages {
                        stage('Clips') {
                            steps {
                                generateVideo prompts: [red: 'a red ball', blue: 'a blue ball'], seed: 1, %s
                            }
                        }
                    }
                }
                """.formatted(Quick.CLIP)));
        assertThat(run.getAction(ClipsAction.class).getClips())
                .extracting(Clip::getName)
                .containsExactly("red", "blue");
    }
}
