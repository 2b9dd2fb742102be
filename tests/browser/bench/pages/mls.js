// Makes the engine's benchmark callable.
import init, { benchMls } from '/engine/bench.js';

await init();
globalThis.benchMls = benchMls;
