package io.jenkins.plugins.generatevideo;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The two rules that hold the house up: the executor knows nothing of Jenkins, Jenkins nothing of its libraries. */
class ArchitectureTest {
    private static final String ROOT = "io.jenkins.plugins.generatevideo";

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void looksAtBothSides() {
        assertThat(classes.stream().map(type -> type.getPackageName().replace(ROOT + ".", "")))
                .contains("agent", "contract", "step", "executor.backend");
    }

    @Test
    void executorKnowsNothingOfJenkins() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".executor..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "hudson..",
                        "jenkins..",
                        "org.kohsuke..",
                        "org.jenkinsci..",
                        "org.jvnet..",
                        ROOT + ".agent..",
                        ROOT + ".config..",
                        ROOT + ".report..",
                        ROOT + ".step..")
                .check(classes);
    }

    @Test
    void nothingOutsideTheExecutorKnowsItsLibraries() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".executor..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".executor..",
                        "ai.djl..",
                        "ai.onnxruntime..",
                        "com.fasterxml.jackson..",
                        "com.github.luben..",
                        "org.apache.commons.compress..",
                        "org.bytedeco..",
                        "picocli..")
                .check(classes);
    }

    @Test
    void contractKnowsNeitherSide() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".contract..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("java..", ROOT + ".contract..")
                .check(classes);
    }
}
