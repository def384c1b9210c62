// The staff's pages: what the buyer's have, and the keys of a queue.
import "./main.js";
import "./queue.js";
