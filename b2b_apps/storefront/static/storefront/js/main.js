// The buyer's pages. Enhancement only: every page works without this file.
import "./appearance.js";
import "./popovers.js";
import "./stepper.js";
import "./rows.js";
import "./keyboard.js";
import "./suggest.js";
import "./toasts.js";
import "./requests.js";
import "./dialogs.js";
import "./lists.js";
import "./listing.js";
import "./login.js";
import "./basket.js";
import "./checkout.js";
import "./copy.js";
import "./once.js";
import "./print.js";
