// The history checker: what a conversation must show in the end, whatever ended meanwhile.

/**
 * Judges what all sides show; gives what is wrong in words, or nothing. A side is what it `said`, each `{ text, isTaken }` in the
 * order in which it was said, and what it has `shown`; whether it `cameLater`, to the room or in place of a device that was lost,
 * and whether it `wasOut` of the room, once or now.
 */
export function judge(sides) {
  const whole = sides.filter(({ wasOut }) => !wasOut);
  const { shown } = whole.reduce((longest, side) => (side.shown.length > longest.shown.length ? side : longest));
  for (const side of sides) {
    if (!isSame(side.shown, partOf(shown, side))) return `they show different timelines: ${JSON.stringify(sides.map(({ shown }) => shown))}`;
  }
  const twice = shown.find((text, index) => shown.indexOf(text) !== index);
  if (twice) return `${twice} is shown twice`;
  const all = sides.flatMap(({ said }) => said.map(({ text }) => text));
  const foreign = shown.find((text) => !all.includes(text));
  if (foreign) return `nobody said ${foreign}`;
  for (const { said, shown: own, cameLater, wasOut } of sides) {
    const texts = said.map(({ text }) => text);
    const inOrder = texts.filter((text) => shown.includes(text));
    if (!isSame(inOrder, shown.filter((text) => texts.includes(text)))) return `what one said is in another order: ${JSON.stringify(shown)}`;
    const lost = said.find(({ text, isTaken }) => isTaken && !(cameLater || wasOut ? shown : own).includes(text));
    if (lost) return `${lost.text} is lost`;
  }
}

/** What there is to see for one side of what was shown. */
function partOf(shown, side) {
  if (side.wasOut) return shown.filter((text) => side.shown.includes(text));
  return side.cameLater ? shown.slice(shown.length - side.shown.length) : shown;
}

const isSame = (some, others) => some.length === others.length && some.every((one, index) => one === others[index]);
