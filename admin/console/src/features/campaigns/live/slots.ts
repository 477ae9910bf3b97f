// settled puts newly read rows where they disturb least: who is still there keeps the place, newcomers take the places of
// those that are gone, and only then does the list grow or shrink at its end.
export function settled<Row>(before: Row[], now: Row[], key: (r: Row) => string): Row[] {
  const left = new Map(now.map((r) => [key(r), r]));
  const slots = before.map((r) => {
    const k = key(r);
    const still = left.get(k);
    left.delete(k);
    return still;
  });
  const newcomers = [...left.values()];
  const filled = slots.map((r) => r ?? newcomers.shift());
  return [...filled, ...newcomers].filter((r): r is Row => r !== undefined);
}
