/* The viewer of a comparison: one time line for the video, the plots and the events. Without it the video plays alone. */
(function () {
  "use strict";

  // As the executor draws the video: three pictures with gutters between, below a line of text.
  const GUTTER = 4;
  const HEADER = 24;
  const PLOT_WIDTH = 640;

  function frameRate(text) {
    const parts = text.split("/").map(Number);
    return (parts.length === 2 ? parts[0] / parts[1] : parts[0]) || 1;
  }

  function setUp(viewer) {
    const rate = frameRate(viewer.dataset.fps);
    const frames = Math.max(1, Number(viewer.dataset.frames));
    const video = viewer.querySelector("video");
    const bar = viewer.querySelector(".generate-video-controls");
    const time = viewer.querySelector(".generate-video-time");
    const now = viewer.querySelector(".generate-video-now");
    const plots = Array.from(viewer.querySelectorAll("svg[data-values]"));
    let shown = "all";

    function frame() {
      return Math.min(frames - 1, Math.floor(video.currentTime * rate + 0.01));
    }

    function show(number) {
      if (time) {
        time.value = number;
        now.textContent = number + " · " + (number / rate).toFixed(2) + " s";
      }
      const share = frames === 1 ? 0.5 : number / (frames - 1);
      plots.forEach(function (plot) {
        const cursor = plot.querySelector(".generate-video-cursor");
        cursor.setAttribute("x1", share * PLOT_WIDTH);
        cursor.setAttribute("x2", share * PLOT_WIDTH);
        const values = plot.getAttribute("data-values").split(" ");
        const value = plot.parentElement.querySelector(".generate-video-plot-value");
        value.textContent = values[Math.round(share * (values.length - 1))] + " (" + value.dataset.range + ")";
      });
    }

    function seek(number) {
      const wanted = Math.min(frames - 1, Math.max(0, number));
      if (video) {
        video.pause();
        // The middle of the frame: its edges belong to its neighbours as well.
        video.currentTime = (wanted + 0.5) / rate;
      }
      show(wanted);
    }

    function perform(what) {
      if (what === "play" && video.paused) {
        video.play();
      } else if (what === "play") {
        video.pause();
      } else {
        seek(frame() + (what === "forward" ? 1 : -1));
      }
    }

    /** Shows all three pictures of the video, or only one of them as large as there is room. */
    function view(which) {
      shown = which;
      bar.querySelectorAll("[data-view]").forEach(function (button) {
        button.setAttribute("aria-pressed", String(button.dataset.view === which));
      });
      const stage = video.parentElement;
      const width = video.videoWidth;
      const height = video.videoHeight;
      if (!width || which === "all") {
        stage.style.aspectRatio = "";
        video.style.width = "";
        video.style.transform = "";
        return;
      }
      const panel = Math.floor((width - 2 * GUTTER) / 3);
      const left = Number(which) * (panel + GUTTER);
      stage.style.aspectRatio = panel + " / " + (height - HEADER);
      video.style.width = (100 * width) / panel + "%";
      video.style.transform = "translate(" + (-100 * left) / width + "%, " + (-100 * HEADER) / height + "%)";
    }

    function follow() {
      show(frame());
      if (video.requestVideoFrameCallback) {
        video.requestVideoFrameCallback(follow);
      }
    }

    const keys = {
      " ": () => perform("play"),
      ",": () => perform("back"),
      ".": () => perform("forward"),
      ArrowLeft: () => perform("back"),
      ArrowRight: () => perform("forward"),
      f: () => view(shown === "0" ? "1" : "0"),
    };

    function control() {
      video.removeAttribute("controls");
      bar.hidden = false;
      time.addEventListener("input", () => seek(Number(time.value)));
      bar.querySelectorAll("[data-do]").forEach(function (button) {
        button.addEventListener("click", () => perform(button.dataset.do));
      });
      bar.querySelectorAll("[data-view]").forEach(function (button) {
        button.addEventListener("click", () => view(button.dataset.view));
      });
      viewer.tabIndex = 0;
      viewer.addEventListener("keydown", function (event) {
        const typing = /^(input|button|a)$/i.test(event.target.tagName);
        if (keys[event.key] && !typing && !event.ctrlKey && !event.altKey && !event.metaKey) {
          keys[event.key]();
          event.preventDefault();
        }
      });
      const play = bar.querySelector("[data-do=play]");
      video.addEventListener("play", () => (play.textContent = "❚❚"));
      video.addEventListener("pause", () => (play.textContent = "▶"));
      video.addEventListener("click", () => perform("play"));
      video.addEventListener("loadedmetadata", () => view(shown));
      video.addEventListener(video.requestVideoFrameCallback ? "seeked" : "timeupdate", () => show(frame()));
      follow();
    }

    plots.forEach(function (plot) {
      function point(event) {
        const box = plot.getBoundingClientRect();
        seek(Math.round(((event.clientX - box.left) / box.width) * (frames - 1)));
      }
      plot.addEventListener("pointerdown", point);
      plot.addEventListener("pointermove", (event) => event.buttons && point(event));
    });
    viewer.querySelectorAll("[data-seconds]").forEach(function (button) {
      button.addEventListener("click", () => seek(Math.round(Number(button.dataset.seconds) * rate)));
    });
    if (video) {
      control();
    }
  }

  /** Lays open the clip that the address leads to. */
  function open() {
    const target = document.getElementById(location.hash.slice(1));
    if (target && target.tagName === "DETAILS") {
      target.open = true;
      target.scrollIntoView();
    }
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll(".generate-video-viewer").forEach(setUp);
    window.addEventListener("hashchange", open);
    open();
  });
})();
