/** From a prompt to what the text encoder takes: checking, cleaning, tokens, and the words a model knows. */
package io.jenkins.plugins.generatevideo.executor.text;
