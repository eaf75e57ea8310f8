// The typed call: the field is empty again once something was said, the newest line is in sight, and, where wished,
// what the hotline says is heard.
(() => {
  const ALOUD = 'hotline.try.aloud';
  const aloud = () => localStorage.getItem(ALOUD) === 'yes';
  document.addEventListener('click', (event) => {
    const control = event.target.closest('[data-do="line"]');
    if (!control) return;
    const field = control.form && control.form.querySelector('[name="line"]');
    if (field) setTimeout(() => { field.value = ''; field.focus(); });
  });
  document.addEventListener('change', (event) => {
    if (event.target.matches('[data-aloud]')) localStorage.setItem(ALOUD, event.target.checked ? 'yes' : 'no');
  });
  let shown = -1;
  const drawn = () => {
    const list = document.querySelector('.talk-lines');
    if (!list) { shown = 0; return; }
    const tick = document.querySelector('[data-aloud]');
    if (tick && tick.checked !== aloud()) tick.checked = aloud();
    if (list.children.length === shown) return;
    const fresh = shown < 0 || shown > list.children.length ? [] : [...list.children].slice(shown);
    shown = list.children.length;
    list.scrollTop = list.scrollHeight;
    const field = document.querySelector('.phone-controls [name="line"]');
    if (field && (document.activeElement === document.body || !document.activeElement)) field.focus();
    const sounds = fresh.flatMap((line) => [...line.querySelectorAll('[data-sounds]')]);
    if (aloud() && sounds.length) {
      const last = sounds[sounds.length - 1];
      window.hotlineSounds.play(last, sounds.map((one) => one.dataset.sounds).join(' '));
    }
  };
  document.addEventListener('DOMContentLoaded', () => {
    new MutationObserver(drawn).observe(document.body, { childList: true, subtree: true });
    drawn();
  });
})();
