// The hotline file's page in the browser: the cursor's line, unsaved text kept in this tab, forms, tabs by arrow keys.
(() => {
  let view = null;
  let key = '';
  let base = 0;
  let kept = null; // the document that needs no keeping, or that is kept
  let line = 0;

  const watch = () => {
    if (!view) return;
    const { doc, selection } = view.state;
    if (doc !== kept) {
      kept = doc;
      sessionStorage.setItem(key, JSON.stringify({ base, text: doc.toString() }));
    }
    const now = doc.lineAt(selection.main.head).number;
    if (now !== line) {
      line = now;
      emitEvent('file_cursor', now);
    }
  };
  setInterval(watch, 250);
  window.addEventListener('pagehide', watch);

  window.hotlineFile = {
    // Returns what was left unsaved here. The editor is named for those who cannot see it.
    async start(id, name, version, label) {
      const component = getElement(id);
      while (!component.editor) await new Promise((done) => setTimeout(done, 50));
      view = component.editor;
      view.contentDOM.setAttribute('aria-label', label);
      view.contentDOM.tabIndex = 0;
      key = name;
      base = version;
      kept = view.state.doc;
      line = view.state.doc.lineAt(view.state.selection.main.head).number;
      const draft = sessionStorage.getItem(key);
      return draft ? JSON.parse(draft) : null;
    },
    base(version, saved) {
      base = version;
      if (saved) {
        kept = view.state.doc;
        sessionStorage.removeItem(key);
      } else {
        kept = null;
      }
    },
    go(number, focus) {
      if (!view) return;
      const { doc } = view.state;
      const at = doc.line(Math.min(Math.max(1, number), doc.lines));
      view.dispatch({ selection: { anchor: at.from } });
      const box = view.coordsAtPos(at.from);
      const frame = view.scrollDOM.getBoundingClientRect();
      if (!box || box.top < frame.top + 40 || box.bottom > frame.bottom - 40) {
        view.scrollDOM.scrollTop = view.lineBlockAt(at.from).top - frame.height / 3;
      }
      if (focus) view.focus();
    },
    // What a control of a form says after it was changed.
    changed(target) {
      const box = target.closest('[data-changes]');
      if (!box) return null;
      let value = target.type === 'checkbox' ? String(target.checked) : target.value;
      if (box.hasAttribute('data-many')) value = [...box.querySelectorAll('input:checked')].map((one) => one.value).join('\n');
      return { do: box.dataset.changes, item: box.dataset.item || '', form: { value } };
    },
  };

  // A control that was drawn anew gets the focus back.
  let last = '';
  document.addEventListener('focusin', (event) => { last = event.target.id || ''; });
  document.addEventListener('DOMContentLoaded', () => {
    const again = () => {
      if (!last || document.activeElement !== document.body) return;
      const element = document.getElementById(last);
      if (element) element.focus();
    };
    new MutationObserver(again).observe(document.body, { childList: true, subtree: true });
  });

  // Tabs: the arrow keys go from one to the next.
  document.addEventListener('keydown', (event) => {
    const tab = event.target.closest('[role="tab"]');
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!tab || !step) return;
    const all = [...tab.parentElement.querySelectorAll('[role="tab"]')];
    const next = all[(all.indexOf(tab) + step + all.length) % all.length];
    event.preventDefault();
    next.focus();
    next.click();
  });

  // Recorded calls from a file of the reader's: its text goes into the form's field.
  document.addEventListener('change', async (event) => {
    if (event.target.type !== 'file' || !event.target.dataset.into) return;
    const file = event.target.files[0];
    const place = document.getElementById(event.target.dataset.into);
    if (file && place && file.size <= Number(event.target.dataset.most)) place.value = await file.text();
  });
})();
