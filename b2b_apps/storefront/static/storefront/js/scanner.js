// Codes from a hardware scanner (fast keys, then Enter) and from the camera: BarcodeDetector where
// the browser has it, else zxing in WebAssembly, served by us and loaded when it is needed.
const FAST_MS = 50;
const SHORTEST = 6;
const AGAIN_MS = 2500;
const LOOK_MS = 200;
const FORMATS = ["ean_13", "ean_8", "upc_a", "upc_e", "code_128", "code_39", "itf", "qr_code", "data_matrix"];
const dialog = document.querySelector("#scanner");
const form = document.querySelector("form#scan");

function send(code) {
  form.elements.code.value = code;
  form.requestSubmit();
}

// Outside of fields: what types faster than anybody, and ends with Enter, is a scanner.
let typed = "";
let last = 0;
document.addEventListener("keydown", (event) => {
  if (!form || event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  const now = performance.now();
  if (now - last > FAST_MS) typed = "";
  last = now;
  if (event.key === "Enter" && typed.length >= SHORTEST) {
    event.preventDefault();
    event.stopImmediatePropagation();
    send(typed);
    typed = "";
  } else if (event.key.length === 1) typed += event.key;
}, true);

// What became of a code is heard and seen.
let sound;
function beep(hertz, seconds) {
  sound ??= new AudioContext();
  const tone = sound.createOscillator();
  const volume = sound.createGain();
  volume.gain.value = 0.1;
  tone.frequency.value = hertz;
  tone.connect(volume).connect(sound.destination);
  tone.start();
  tone.stop(sound.currentTime + seconds);
}
function heard(isKnown) {
  try {
    beep(isKnown ? 1200 : 280, isKnown ? 0.08 : 0.3);
  } catch {
    // No sound is no harm.
  }
  navigator.vibrate?.(isKnown ? 60 : [120, 60, 120]);
  const said = document.querySelector("#scan-said");
  if (said) said.dataset.k = isKnown ? "ok" : "bad";
  if (form) form.elements.code.value = "";
}
document.addEventListener("scan-known", () => heard(true));
document.addEventListener("scan-unknown", () => heard(false));

// The camera.
let stream;
let timer;
async function detector() {
  if ("BarcodeDetector" in window) {
    const known = await window.BarcodeDetector.getSupportedFormats();
    const formats = FORMATS.filter((format) => known.includes(format));
    if (formats.length) {
      const native = new window.BarcodeDetector({ formats });
      return async (video) => (await native.detect(video)).map((found) => found.rawValue);
    }
  }
  const { reader, wasm } = dialog.dataset;
  const zxing = await import(reader);
  zxing.prepareZXingModule({ overrides: { locateFile: () => wasm } });
  const canvas = document.createElement("canvas");
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    brush.drawImage(video, 0, 0);
    const found = await zxing.readBarcodes(brush.getImageData(0, 0, canvas.width, canvas.height));
    return found.filter((one) => one.isValid).map((one) => one.text);
  };
}
const seen = new Map();
async function look(detect, video) {
  if (!stream) return;
  try {
    for (const code of video.videoWidth ? await detect(video) : []) {
      const now = performance.now();
      if (now - (seen.get(code) ?? -AGAIN_MS) > AGAIN_MS) send(code);
      seen.set(code, now);
    }
  } finally {
    timer = setTimeout(() => look(detect, video), LOOK_MS);
  }
}
function say(name) {
  for (const text of dialog.querySelectorAll("[data-camera]")) text.hidden = text.dataset.camera !== name;
}
async function begin() {
  say("asking");
  const video = dialog.querySelector("video");
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
    video.srcObject = stream;
    await video.play();
  } catch {
    stream = undefined;
    say("none");
    return;
  }
  try {
    const detect = await detector();
    say("looking");
    look(detect, video);
  } catch {
    end();
    say("broken");
  }
}
function end() {
  clearTimeout(timer);
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = undefined;
}
document.addEventListener("click", (event) => {
  if (!dialog || !event.target.closest("[data-scanner]")) return;
  dialog.showModal();
  form.elements.code.focus();
  begin();
});
dialog?.addEventListener("close", end);
