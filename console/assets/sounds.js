// Plays what a button names in `data-sounds`: addresses, one after another. Pressed again, or another pressed, it stops.
(() => {
  let playing = null;
  const stop = () => {
    if (!playing) return;
    playing.sound.pause();
    playing.button.classList.remove('playing');
    playing.button.removeAttribute('aria-pressed');
    playing = null;
  };
  const play = (button, sounds = button.dataset.sounds) => {
    stop();
    const left = sounds.split(' ').filter(Boolean);
    const sound = new Audio();
    const mine = { button, sound };
    playing = mine;
    button.classList.add('playing');
    button.setAttribute('aria-pressed', 'true');
    const next = () => {
      if (playing !== mine) return;
      const address = left.shift();
      if (!address) { stop(); return; }
      sound.src = address;
      sound.play().catch(next);
    };
    sound.addEventListener('ended', next);
    sound.addEventListener('error', next);
    next();
  };
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-sounds]');
    if (!button) return;
    if (playing && playing.button === button) stop();
    else play(button);
  });
  window.hotlineSounds = { play, stop };
})();
