/** Fails where something is not so. */
export const require = (isTrue, what) => {
  if (!isTrue) throw new Error(`it is not so that ${what}`);
};
