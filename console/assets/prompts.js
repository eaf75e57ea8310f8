// Recording in the page: what the microphone hears, or a file that the browser can read, is sent as WAV, 16 kHz, mono.
(() => {
  const RATE = 16000;
  const LONGEST = 15000;
  let recording = null;

  const wav = (samples) => {
    const view = new DataView(new ArrayBuffer(44 + samples.length * 2));
    const text = (place, letters) => { for (let i = 0; i < letters.length; i += 1) view.setUint8(place + i, letters.charCodeAt(i)); };
    text(0, 'RIFF'); view.setUint32(4, 36 + samples.length * 2, true); text(8, 'WAVEfmt ');
    view.setUint32(16, 16, true); view.setUint16(20, 1, true); view.setUint16(22, 1, true);
    view.setUint32(24, RATE, true); view.setUint32(28, RATE * 2, true); view.setUint16(32, 2, true); view.setUint16(34, 16, true);
    text(36, 'data'); view.setUint32(40, samples.length * 2, true);
    samples.forEach((value, index) => view.setInt16(44 + index * 2, Math.max(-1, Math.min(1, value)) * 32767, true));
    return new Blob([view], { type: 'audio/wav' });
  };
  const converted = async (blob) => {
    const context = new OfflineAudioContext(1, 1, RATE);
    const decoded = await context.decodeAudioData(await blob.arrayBuffer());
    const target = new OfflineAudioContext(1, Math.max(1, Math.ceil(decoded.duration * RATE)), RATE);
    const source = target.createBufferSource();
    source.buffer = decoded;
    source.connect(target.destination);
    source.start();
    return wav((await target.startRendering()).getChannelData(0));
  };
  const fault = (clip, text) => {
    const place = document.querySelector(`[data-fault-of="${CSS.escape(clip)}"]`);
    if (!place) return;
    place.textContent = text;
    place.hidden = !text;
  };
  const send = async (clip, blob, name, lost) => {
    fault(clip, '');
    try {
      const address = `/prompts/recordings/${clip.split('/').map(encodeURIComponent).join('/')}?file=${encodeURIComponent(name)}`;
      const answer = await fetch(address, { method: 'POST', body: blob, headers: { 'Content-Type': 'application/octet-stream' } });
      if (answer.ok) { document.querySelector('[data-do="recorded"]').click(); return; }
      const problem = await answer.json();
      fault(clip, [problem.detail || problem.title, problem.remedy].filter(Boolean).join('. '));
    } catch (error) {
      fault(clip, lost);
    }
  };

  const stop = () => { if (recording) recording.recorder.stop(); };
  const begin = async (button) => {
    const clip = button.dataset.record;
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, autoGainControl: false } });
    } catch (error) {
      fault(clip, button.dataset.refused);
      return;
    }
    fault(clip, '');
    const recorder = new MediaRecorder(stream);
    const parts = [];
    const label = button.textContent;
    const started = Date.now();
    const show = () => { button.textContent = `${button.dataset.stop} ${Math.floor((Date.now() - started) / 1000)} s`; };
    show();
    button.classList.add('recording');
    const timer = setInterval(() => { show(); if (Date.now() - started > LONGEST) stop(); }, 250);
    recorder.addEventListener('dataavailable', (event) => parts.push(event.data));
    recorder.addEventListener('stop', async () => {
      clearInterval(timer);
      stream.getTracks().forEach((track) => track.stop());
      button.textContent = label;
      button.classList.remove('recording');
      recording = null;
      await send(clip, await converted(new Blob(parts, { type: recorder.mimeType })), 'recording.wav', button.dataset.lost);
    });
    recording = { recorder, button };
    recorder.start();
  };
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-record]');
    if (!button) return;
    if (recording) stop();
    else begin(button);
  });
  document.addEventListener('change', async (event) => {
    const entry = event.target.closest('[data-upload]');
    if (entry && entry.files.length) {
      const file = entry.files[0];
      const lost = entry.closest('.card').querySelector('[data-record]').dataset.lost;
      entry.value = '';
      let blob = file;
      let name = file.name;
      try { blob = await converted(file); name = 'recording.wav'; } catch (error) { /* the server says what is wrong with it */ }
      await send(entry.dataset.upload, blob, name, lost);
    }
    if (event.target.matches('.prompts select[name="show"]')) event.target.form.querySelector('[data-do="look"]').click();
  });
  let waiting = null;
  document.addEventListener('input', (event) => {
    if (!event.target.matches('[data-typed]')) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      event.target.form.querySelector('[data-do="look"]').click();
      document.querySelector('.repertoire').scrollTop = 0;
    }, 300);
  });
})();
