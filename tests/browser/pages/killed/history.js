// The history checker: what a conversation of two must show in the end, whatever ended meanwhile.

/**
 * Judges what both show; gives what is wrong in words, or nothing. A side is what it `said`, each `{ text, isTaken }` in the order
 * in which it was said, what it has `shown`, and whether it `cameLater`: in place of a device that was lost.
 */
export function judge(sides) {
  const longer = sides[0].shown.length >= sides[1].shown.length ? sides[0] : sides[1];
  const { shown } = longer;
  for (const side of sides) {
    const end = side.cameLater ? shown.slice(shown.length - side.shown.length) : shown;
    if (!isSame(side.shown, end)) return `they show different timelines: ${JSON.stringify(sides.map(({ shown }) => shown))}`;
  }
  const twice = shown.find((text, index) => shown.indexOf(text) !== index);
  if (twice) return `${twice} is shown twice`;
  const all = sides.flatMap(({ said }) => said.map(({ text }) => text));
  const foreign = shown.find((text) => !all.includes(text));
  if (foreign) return `nobody said ${foreign}`;
  for (const { said, shown: own, cameLater } of sides) {
    const texts = said.map(({ text }) => text);
    const inOrder = texts.filter((text) => shown.includes(text));
    if (!isSame(inOrder, shown.filter((text) => texts.includes(text)))) return `what one said is in another order: ${JSON.stringify(shown)}`;
    const lost = said.find(({ text, isTaken }) => isTaken && !(cameLater ? shown : own).includes(text));
    if (lost) return `${lost.text} is lost`;
  }
}

const isSame = (some, others) => some.length === others.length && some.every((one, index) => one === others[index]);
