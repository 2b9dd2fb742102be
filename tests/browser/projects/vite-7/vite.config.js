// The line that Vite before 8 needs.
export default { optimizeDeps: { exclude: ['@palaver/client'] } };
