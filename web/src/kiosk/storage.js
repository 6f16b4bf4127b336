// localStorage and sessionStorage that never throw: browsers refuse them in private windows.

/** The lasting ("local") or passing ("session") storage, or one that forgets everything. */
export function storage(kind, scope = globalThis) {
  const attempt = (work) => {
    try {
      return work(scope[`${kind}Storage`]) ?? null;
    } catch {
      return null;
    }
  };
  return {
    getItem: (name) => attempt((real) => real.getItem(name)),
    setItem: (name, text) => attempt((real) => real.setItem(name, text)),
    removeItem: (name) => attempt((real) => real.removeItem(name)),
  };
}
