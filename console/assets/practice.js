// The telephone on the practice page: it sounds when it rings, the newest line is in sight, the field is empty again
// once something was said, and a caller whose voice was recorded is heard.
(() => {
  let shown = 0;
  let ringing = null;
  const ring = () => {
    const context = new AudioContext();
    const beat = () => {
      const tone = context.createOscillator();
      const gain = context.createGain();
      tone.frequency.value = 440;
      gain.gain.value = 0.05;
      tone.connect(gain).connect(context.destination);
      tone.start();
      tone.stop(context.currentTime + 0.6);
    };
    beat();
    const timer = setInterval(beat, 2000);
    return () => { clearInterval(timer); context.close(); };
  };
  document.addEventListener('click', (event) => {
    const control = event.target.closest('[data-do="phone-say"]');
    if (!control) return;
    const field = control.form && control.form.querySelector('[name="said"]');
    if (field) setTimeout(() => { field.value = ''; field.focus(); });
  });
  const drawn = () => {
    const rings = document.querySelector('[data-do="phone-up"]');
    if (rings && !ringing) ringing = ring();
    if (!rings && ringing) { ringing(); ringing = null; }
    const list = document.querySelector('.phone-lines');
    const count = list ? list.children.length : 0;
    if (count === shown) return;
    const fresh = list ? [...list.children].slice(shown) : [];
    const first = shown === 0 && count > 1;
    shown = count;
    if (!list) return;
    list.scrollTop = list.scrollHeight;
    const voice = fresh.map((line) => line.querySelector('[data-fresh]')).filter(Boolean).pop();
    if (voice && !first) window.hotlineSounds.play(voice);
    const field = document.querySelector('.softphone [name="said"]');
    if (field && document.activeElement === document.body) field.focus();
  };
  document.addEventListener('DOMContentLoaded', () => {
    new MutationObserver(drawn).observe(document.body, { childList: true, subtree: true });
    drawn();
  });
})();
