// The chosen theme, set before anything is painted. A classic script, so that it runs while the page is read.
try {
  const theme = localStorage.getItem("palaver.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is refused: the system's theme it is.
}

// What should bring the app is not there: nothing else would say so.
addEventListener(
  "error",
  ({ target }) => {
    if (target instanceof HTMLScriptElement) document.documentElement.dataset.boot = "failed";
  },
  true,
);
