// Nothing about the package: webpack finds its worker and its WebAssembly.
export default { mode: 'production', entry: './plain.js' };
