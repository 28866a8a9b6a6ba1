# Floats of both sizes from every kind of value.
@0x9a00000000000024;

const a :Float32 = 1; const b :Float32 = -1; const c :Float32 = 3.4028235e38; const d :Float32 = 1e39; const e :Float32 = 0.1; const f :Float32 = 16777217.0;
const g :Float64 = 1; const h :Float64 = 0.1; const i :Float64 = 1.7976931348623157e308; const j :Float64 = 1e309; const k :Float64 = 2.2250738585072014e-308;
const l :Float64 = 4.9e-324; const m :Float64 = 123456789.123456789; const n :Float64 = 9007199254740993.0; const o :Float64 = -0.0; const p :Float32 = -0.0;
const q :Float64 = 1e22; const r :Float64 = 1e23; const s :Float64 = 8.41e21; const t :Float64 = 9.5367431640625e-7; const u :Float64 = 0.3; const v :Float32 = 7.038531e-26;
const w :Float64 = 6.02214076E23; const x :Float64 = 1.0e+5; const z :Float32 = 1e-45;
