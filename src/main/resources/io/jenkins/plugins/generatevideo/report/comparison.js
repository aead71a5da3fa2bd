/* The viewer of a comparison: one time line for the video, the plots and the events. Without it the video plays alone. */
(function () {
  "use strict";

  const GUTTER = 4;
  const HEADER = 24;

  function frameRate(text) {
    const parts = text.split("/").map(Number);
    return parts.length === 2 ? parts[0] / parts[1] : parts[0];
  }

  class Viewer {
    constructor(element) {
      this.element = element;
      this.video = element.querySelector("video");
      this.rate = frameRate(element.dataset.fps) || 1;
      this.frames = Math.max(1, Number(element.dataset.frames));
      this.plots = Array.from(element.querySelectorAll("svg[data-values]"));
      this.plots.forEach((plot) => {
        plot.addEventListener("pointerdown", (event) => this.seek(this.frameAt(plot, event)));
        plot.addEventListener("pointermove", (event) => event.buttons && this.seek(this.frameAt(plot, event)));
      });
      element.querySelectorAll("[data-seconds]").forEach((button) => {
        button.addEventListener("click", () => this.seek(Math.round(Number(button.dataset.seconds) * this.rate)));
      });
      if (this.video) {
        this.control();
      }
    }

    control() {
      this.video.removeAttribute("controls");
      this.bar = this.element.querySelector(".generate-video-controls");
      this.bar.hidden = false;
      this.time = this.bar.querySelector(".generate-video-time");
      this.now = this.bar.querySelector(".generate-video-now");
      this.time.addEventListener("input", () => this.seek(Number(this.time.value)));
      this.bar.querySelectorAll("[data-do]").forEach((button) => {
        button.addEventListener("click", () => this.perform(button.dataset.do));
      });
      this.bar.querySelectorAll("[data-view]").forEach((button) => {
        button.addEventListener("click", () => this.view(button.dataset.view));
      });
      this.element.tabIndex = 0;
      this.element.addEventListener("keydown", (event) => this.key(event));
      this.video.addEventListener("click", () => this.perform("play"));
      this.video.addEventListener("loadedmetadata", () => this.view(this.shown || "all"));
      ["play", "pause"].forEach((name) => this.video.addEventListener(name, () => this.label()));
      this.video.addEventListener("seeked", () => this.show(this.frame()));
      this.follow();
    }

    follow() {
      const step = () => {
        this.show(this.frame());
        this.await(step);
      };
      this.await(step);
    }

    /** Calls back with the next frame on the screen, or with the next time the browser paints. */
    await(step) {
      if (this.video.requestVideoFrameCallback) {
        this.video.requestVideoFrameCallback(step);
      } else {
        this.video.addEventListener("timeupdate", step, { once: true });
      }
    }

    frame() {
      return Math.min(this.frames - 1, Math.floor(this.video.currentTime * this.rate + 0.01));
    }

    seek(frame) {
      const wanted = Math.min(this.frames - 1, Math.max(0, frame));
      if (this.video) {
        this.video.pause();
        // The middle of the frame: its edges belong to its neighbours as well.
        this.video.currentTime = (wanted + 0.5) / this.rate;
      }
      this.show(wanted);
    }

    show(frame) {
      if (this.time) {
        this.time.value = frame;
        this.now.textContent = frame + " · " + (frame / this.rate).toFixed(2) + " s";
      }
      const share = this.frames === 1 ? 0.5 : frame / (this.frames - 1);
      this.plots.forEach((plot) => {
        const cursor = plot.querySelector(".generate-video-cursor");
        cursor.setAttribute("x1", share * 640);
        cursor.setAttribute("x2", share * 640);
        const values = plot.dataset.values.split(" ");
        const value = plot.parentElement.querySelector(".generate-video-plot-value");
        value.textContent = values[Math.round(share * (values.length - 1))] + "  (" + value.dataset.range + ")";
      });
    }

    frameAt(plot, event) {
      const box = plot.getBoundingClientRect();
      return Math.round(((event.clientX - box.left) / box.width) * (this.frames - 1));
    }

    perform(what) {
      if (what === "play") {
        if (this.video.paused) {
          this.video.play();
        } else {
          this.video.pause();
        }
      } else {
        this.seek(this.frame() + (what === "forward" ? 1 : -1));
      }
    }

    label() {
      this.bar.querySelector("[data-do=play]").textContent = this.video.paused ? "▶" : "❚❚";
    }

    /** Shows all three pictures of the video, or only one of them as large as there is room. */
    view(which) {
      this.shown = which;
      this.bar.querySelectorAll("[data-view]").forEach((button) => {
        button.setAttribute("aria-pressed", String(button.dataset.view === which));
      });
      const stage = this.video.parentElement;
      const width = this.video.videoWidth;
      const height = this.video.videoHeight;
      if (!width || which === "all") {
        stage.style.aspectRatio = "";
        this.video.style.width = "";
        this.video.style.transform = "";
        return;
      }
      const panel = Math.floor((width - 2 * GUTTER) / 3);
      const left = Number(which) * (panel + GUTTER);
      stage.style.aspectRatio = panel + " / " + (height - HEADER);
      this.video.style.width = (100 * width) / panel + "%";
      this.video.style.transform = "translate(" + (-100 * left) / width + "%, " + (-100 * HEADER) / height + "%)";
    }

    key(event) {
      if (event.ctrlKey || event.altKey || event.metaKey || /^(input|button|a)$/i.test(event.target.tagName)) {
        return;
      }
      const keys = {
        " ": () => this.perform("play"),
        ",": () => this.perform("back"),
        ".": () => this.perform("forward"),
        ArrowLeft: () => this.perform("back"),
        ArrowRight: () => this.perform("forward"),
        f: () => this.view(this.shown === "0" ? "1" : "0"),
      };
      if (keys[event.key]) {
        keys[event.key]();
        event.preventDefault();
      }
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".generate-video-viewer").forEach((element) => new Viewer(element));
    const open = () => {
      const target = document.getElementById(location.hash.slice(1));
      if (target instanceof HTMLDetailsElement) {
        target.open = true;
        target.scrollIntoView();
      }
    };
    window.addEventListener("hashchange", open);
    open();
  });
})();
