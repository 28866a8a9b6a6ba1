// Made by generate.py; layouts.txt says what GCC makes of it.
#include <stdint.h>
#include <stddef.h>
#include <stdbool.h>
#include <sys/types.h>
#define N 3
#define M (N + 1)
enum { K1 = 1, K2 = K1 + 'B' - 'A' };
#pragma pack(1)
typedef struct { int32_t f1, f2, f3[5][K2][(N + 1)] __attribute__((aligned)); enum { f4_A, f4_B = 0x80000000 } f5[K2][5], f6; char f7[7]; _Alignas(32) int16_t f8, f9 __attribute__((aligned(4))); signed char f10, f11 __attribute__((__packed__, aligned(1))), f12[M << 1][7][0x4]; } S0;
#pragma pack()
typedef struct T1 { char f13[N]; } S1;
typedef struct { S1 f14; char f15[(N + 1)]; } __attribute__((__packed__, aligned(8))) S2;
struct S3 { unsigned short f16[(N + 1)][2], f17[N][1]; };
typedef struct T4 { S2 f18[sizeof(double)][M << 1][7], f19 __attribute__((packed)), f20; _Alignas(32) S1 f21[sizeof(double)], f22, f23; int8_t f24[2]; enum { f25_A, f25_B = -1 } f26[3]; ssize_t f27; } __attribute__((aligned(32))) S4;
struct S5 { int64_t f28; enum { f29_A, f29_B = 0x80000000 } f30, f31; unsigned short f32; };
#pragma pack(4)
typedef struct T6 { char f33[3]; unsigned short f34, f35[(N + 1)]; struct { int8_t f36; S1 f37[1]; char f38[(N + 1)]; S2 f39 __attribute__((__packed__, aligned(8))), f40, f41; }; } S6;
#pragma pack()
struct S7 { short f42[0x4]; S1 f43, f44[(N + 1)]; };
#pragma pack(2)
typedef struct { char f45[N]; struct { uint16_t f46[(N + 1)][1], f47[N][K2] __attribute__((__packed__, aligned(8))); struct { size_t f48[2], f49[1][16][M << 1]; char f50[7]; int64_t f51 __attribute__((aligned)); signed char f52, f53[M << 1][N][M << 1], f54; S2 f55[N][N], f56[7][(N + 1)][5], f57; } f58[K2]; } f59[N], f60; ssize_t f61[16][K2], f62; char f63[16]; } S8;
#pragma pack()
struct __attribute__((aligned(8))) S9 { struct S3 f64[16] __attribute__((aligned)); uint16_t f65, f66[16][(N + 1)][M << 1]; S2 f67[sizeof(double)][sizeof(double)]; };
struct S10 { enum { f68_A, f68_B = -1 } f69, f70[(N + 1)][(N + 1)][N]; char f71[N]; char f72[0x4]; char f73[sizeof(double)]; enum { f74_A, f74_B = 300 } f75, f76, f77[7]; char f78[K2]; };
#pragma pack(push, 1)
typedef struct __attribute__((packed)) __attribute__((aligned(2))) { struct { u_int32_t f79[M << 1][(N + 1)] __attribute__((aligned(16))), f80, f81[7][K2]; enum { f82_A, f82_B = 300 } f83[7]; char f84[K2]; enum { f85_A, f85_B = 0x80000000 } f86[7] __attribute__((aligned)); double f87[sizeof(double)][5]; unsigned char f88[2][3], f89, f90[sizeof(double)]; } f91, f92, f93; uint8_t f94[3], f95, f96; int64_t f97[0x4][16][2]; } S11;
#pragma pack(pop)
typedef struct { struct S9 f98; enum { f99_A, f99_B = -1 } f100 __attribute__((packed)); struct S9 f101; char f102[M << 1]; enum { f103_A, f103_B = -1 } f104, f105 __attribute__((aligned)); bool f106, f107; } S12;
typedef struct T13 { uint8_t f108; struct { struct S7 f109[7][7][5]; enum { f110_A, f110_B = 0x80000000 } f111[K2], f112 __attribute__((aligned(1))), f113; uint8_t f114 __attribute__((aligned)), f115; char f116[16]; enum { f117_A, f117_B = 0x80000000 } f118[2][K2][0x4], f119[K2][K2], f120; struct { char f121[2]; char f122[5]; S1 f123; enum { f124_A, f124_B = -1 } f125, f126[N][M << 1], f127 __attribute__((packed)); }; } f128[K2] __attribute__((packed)), f129; uint16_t f130; enum { f131_A, f131_B = 0x80000000 } f132[N][16]; enum { f133_A, f133_B = 300 } f134; } S13;
enum __attribute__((packed)) E14 { f135, f136, f137 = 70000 };
typedef struct { char f138[3]; int16_t f139; ssize_t f140, f141, f142; char f143[2]; uint64_t f144[(N + 1)][5]; enum { f145_A, f145_B = 0x80000000 } f146, f147, f148; } S14;
typedef struct { S1 f149, f150[K2][2][3]; u_int32_t f151; char f152[0x4]; } S15;
#pragma pack(push)
#pragma pack(1)
struct S16 { unsigned short f153 __attribute__((__packed__, aligned(4))), f154 __attribute__((packed)), f155 __attribute__((aligned(1))); };
#pragma pack(pop)
typedef unsigned char D17 __attribute__((aligned(1)));
#pragma pack(8)
typedef struct T17 { short int f156; } S17;
#pragma pack()
typedef bool D18 __attribute__((aligned(1)));
struct S18 { char f157; struct __attribute__((__packed__, aligned(2))) { char f158[(N + 1)]; }; uint32_t f159; S1 f160; D17 f161; S1 f162, f163[16]; };
struct S19 { struct S3 f164; enum { f165_A, f165_B = -1 } f166; long unsigned f167, f168; D18 f169 __attribute__((__packed__, aligned(8))); char f170[(N + 1)]; } __attribute__((__packed__, aligned(1)));
struct S20 { int32_t f171, f172, f173; struct S5 f174 __attribute__((aligned)), f175, f176[sizeof(double)]; uint8_t f177[2], f178, f179; uint8_t f180, f181, f182; unsigned long long int f183; };
enum E21 { f184, f185 = 70000 };
struct __attribute__((packed)) S21 { _Alignas(16) D18 f186; struct { struct { uintptr_t f187[(N + 1)][5][5], f188; char f189[7]; enum E21 f190; long long f191 __attribute__((__packed__, aligned(4))); S1 f192, f193; } f194[0x4][1], f195[K2][sizeof(double)]; } f196[0x4][(N + 1)], f197[3], f198; enum E21 f199[K2]; char f200 __attribute__((packed)); };
typedef struct { struct S16 f201[N]; struct S3 f202, f203; struct S9 f204[1], f205; } S22;
#pragma pack(4)
struct S23 { volatile double f206; float f207[1][sizeof(double)], f208; enum E14 f209, f210[M << 1], f211 __attribute__((aligned(1))); short f212; };
#pragma pack()
typedef uint32_t D24[3];
#pragma pack(4)
typedef struct { char f213[sizeof(double)]; unsigned long long int f214, f215, f216[16]; signed char f217; struct { S1 f218[0x4], f219; uint32_t f220[1]; char f221[N]; enum { f222_A, f222_B = -1 } f223; struct __attribute__((aligned(1))) { uint64_t f224; }; } f225, f226; struct { int64_t f227, f228; S2 f229; ssize_t f230[K2], f231[16], f232; int64_t f233, f234[sizeof(double)], f235; }; } S24;
#pragma pack()
#pragma pack(push, 8)
struct S25 { uintptr_t f236, f237; S2 f238, f239[16][M << 1], f240; volatile double f241, f242; };
#pragma pack(pop)
struct S26 { char f243[K2]; struct S3 f244, f245, f246[16][K2][2]; enum E14 f247, f248; volatile double f249[16][N]; int f250; enum E21 f251; };
typedef struct { double f252[16]; uint16_t f253; char f254[2]; short f255, f256; } __attribute__((packed)) S27;
struct S28 { _Alignas(16) int32_t f257; int32_t f258; _Alignas(32) int64_t f259[16][5], f260[7][3], f261; };
typedef struct T29 { int64_t f262; struct S9 f263, f264, f265[M << 1]; unsigned short f266[3] __attribute__((packed)); D17 f267; } S29;
#pragma pack(push, 16)
struct __attribute__((__packed__, aligned(2))) S30 { D18 f268, f269; _Alignas(32) struct S7 f270[2][3] __attribute__((aligned(16))); struct S7 f271, f272; };
#pragma pack(pop)
struct S31 { struct S16 f273; char f274[2]; struct S5 f275 __attribute__((aligned)); unsigned char f276[(N + 1)][N][0x4]; char f277[K2]; enum E21 f278[3], f279[K2][16]; };
typedef signed char D32;
#pragma pack(push, 4)
struct S32 { S15 f280 __attribute__((__packed__, aligned(2))), f281; float f282, f283, f284; } __attribute__((aligned(1)));
#pragma pack(pop)
#pragma pack(push, 4)
struct S33 { struct S32 f285 __attribute__((__packed__, aligned(1))); char f286[M << 1]; double f287 __attribute__((packed)); ssize_t f288; uint64_t f289 __attribute__((__packed__, aligned(4))), f290, f291; S15 f292; } __attribute__((packed));
#pragma pack(pop)
typedef struct T34 { short int f293; char f294[16]; D18 f295[0x4][3] __attribute__((packed)); size_t f296[3][(N + 1)], f297; } S34;
#pragma pack(push, 8)
struct S35 { struct S16 f298, f299, f300; int64_t f301; S15 f302; enum { f303_A, f303_B = 0x80000000 } f304[(N + 1)]; uint8_t f305, f306[N][7][N]; };
#pragma pack(pop)
typedef struct __attribute__((aligned(1))) { uint16_t f307[5][3], f308[M << 1], f309; enum E14 f310[3][16]; struct S3 f311, f312[5] __attribute__((packed)); struct { char f313[3]; long long f314, f315, f316[5] __attribute__((packed)); } __attribute__((packed)) f317[5]; } S36;
typedef struct T37 { float f318[3][5]; uint8_t f319, f320[7][K2] __attribute__((aligned)), f321; int f322 __attribute__((__packed__, aligned(4))); struct S3 f323; } S37;
#pragma pack(8)
struct S38 { uint8_t f324 __attribute__((packed)); };
#pragma pack()
struct S39 { char f325[16]; float f326 __attribute__((aligned(32))); S15 f327[7][3][1] __attribute__((__packed__, aligned(4))); signed char f328; } __attribute__((__packed__, aligned(4)));
struct S40 { D18 f329; struct S39 f330 __attribute__((aligned(2))), f331[K2], f332[K2]; D18 f333; bool f334, f335; };
enum E41 { f336, f337, f338 = 0 };
struct S41 { struct S3 f339 __attribute__((aligned)), f340, f341[16][N][2]; char f342; char f343[16]; enum E14 f344; int f345[3]; bool f346[1]; };
#pragma pack(push, 16)
struct S42 { D17 f347 __attribute__((aligned(1))), f348[M << 1]; ptrdiff_t f349[2][0x4]; D18 f350, f351[K2][M << 1][2], f352[0x4] __attribute__((__packed__, aligned(4))); };
#pragma pack(pop)
struct S43 { D32 f353; };
typedef int64_t D44;
#pragma pack(push)
#pragma pack(1)
typedef struct { signed char f354; _Alignas(32) D32 f355 __attribute__((packed)), f356, f357[1]; unsigned char f358[1] __attribute__((aligned(8))); int f359[5]; const int f360, f361[7], f362; int8_t f363[M << 1][3][sizeof(double)]; } __attribute__((__packed__, aligned(2))) S44;
#pragma pack(pop)
enum E45 { f364, f365, f366 = 0x100000000 };
typedef long unsigned D45[3];
typedef struct T45 { enum E41 f367, f368; } S45;
struct S46 { float f369, f370; };
#pragma pack(push)
#pragma pack(1)
typedef struct __attribute__((aligned(16))) T47 { D18 f371[(N + 1)]; char f372[1]; } S47;
#pragma pack(pop)
typedef struct T48 { float f382; long long f383; } S48;
#pragma pack(push)
#pragma pack(1)
struct S49 { short int f384, f385; _Alignas(32) enum E45 f386[1][K2][2]; int8_t f387 __attribute__((aligned)); char f388[sizeof(double)]; enum { f389_A, f389_B = 300 } f390; };
#pragma pack(pop)
enum E50 { f391, f392, f393, f394 = 0x100000000 };
struct S50 { struct S32 f395 __attribute__((aligned)); size_t f396[sizeof(double)], f397[M << 1][16][2]; enum E41 f398 __attribute__((__packed__, aligned(4))); D24 f399; unsigned char f400[7][(N + 1)][0x4]; enum E41 f401; };
#pragma pack(push, 4)
struct S51 { struct T34 f402[16]; S22 f403; enum { f404_A, f404_B = 0x80000000 } f405; int16_t f406; uintptr_t f407, f408; _Bool f409[N]; };
#pragma pack(pop)
enum E52 { f410 = -3 };
#pragma pack(push, 4)
struct S52 { S48 f411; enum { f412_A, f412_B = 300 } f413[N], f414; char f415[K2]; };
#pragma pack(pop)
enum __attribute__((packed)) E53 { f416, f417, f418 = 1 << 4 };
struct S53 { char f419[M << 1]; enum { f420_A, f420_B = 0x80000000 } f421[sizeof(double)][1]; };
typedef struct { signed char f422; D18 f423 __attribute__((aligned(32))); ssize_t f424; } S54;
struct S55 { enum { f425_A, f425_B = -1 } f426; S15 f427 __attribute__((aligned(8))); struct S46 f428[16][N] __attribute__((packed)), f429 __attribute__((aligned(2))); short int f430; struct { S1 f431[16]; } f432, f433; };
typedef long D56 __attribute__((aligned(1)));
struct S56 { S47 f434[16], f435[5][(N + 1)][3], f436 __attribute__((aligned)); enum E14 f437; int f438[1], f439; };
#pragma pack(8)
typedef struct { enum E53 f440[M << 1][1], f441, f442; enum E52 f443, f444; enum E53 f445[3][0x4]; _Bool f446[(N + 1)]; } S57;
#pragma pack()
enum E58 { f447, f448 = 0xffffffff };
typedef struct { float f449[K2][0x4], f450 __attribute__((__packed__, aligned(8))); enum E50 f451[N][K2]; } S58;
#pragma pack(8)
typedef struct { struct { struct S39 f452 __attribute__((aligned(32))); D44 f453; _Bool f454[M << 1][0x4] __attribute__((packed)), f455; long f456 __attribute__((packed)); }; uint32_t f457; uint16_t f458; struct S5 f459, f460[16]; unsigned long long int f461; } S59;
#pragma pack()
typedef short D60[K2];
struct S60 { ptrdiff_t f462; };
typedef float D61 __attribute__((aligned(1)));
#pragma pack(push)
#pragma pack(1)
typedef struct { _Alignas(16) struct S53 f463 __attribute__((packed)); enum E58 f464[K2]; char f465[(N + 1)]; D61 f466; } S61;
#pragma pack(pop)
typedef volatile double D62;
typedef struct __attribute__((packed)) { uint64_t f467, f468[5], f469; S27 f470, f471; D24 f472[1][sizeof(double)]; } S62;
typedef struct { bool f473; double f474, f475, f476; u_int32_t f477; enum E52 f478; enum E58 f479[sizeof(double)][N], f480; char f481[0x4]; } __attribute__((packed)) S63;
#pragma pack(8)
typedef struct { struct { char f482[sizeof(double)][0x4]; char f483[sizeof(double)], f484, f485[N][K2] __attribute__((__packed__, aligned(8))); enum E50 f486; signed char f487; short f488, f489; } __attribute__((__packed__, aligned(8))); } __attribute__((aligned(8))) S64;
#pragma pack()
struct __attribute__((aligned(2))) S65 { enum { f490_A, f490_B = 0x80000000 } f491; short int f492; enum { f493_A, f493_B = 300 } f494; struct S53 f495[(N + 1)][5]; };
#pragma pack(push, 2)
typedef struct T66 { struct { unsigned short f496; struct { struct S16 f497; enum { f498_A, f498_B = 300 } f499; } f500[7][5][N]; D60 f501, f502; D17 f503[3][2]; struct S43 f504, f505[K2][7][M << 1]; } f506[5]; enum E58 f507; } S66;
#pragma pack(pop)
struct S67 { enum { f508_A, f508_B = 0x80000000 } f509[7][5]; D61 f510[N]; };
typedef struct __attribute__((packed)) T68 { _Alignas(32) u_int32_t f511 __attribute__((aligned)); float f512, f513[3][N], f514 __attribute__((__packed__, aligned(8))); _Bool f515[M << 1]; enum { f516_A, f516_B = 300 } f517; } S68;
struct __attribute__((aligned(2))) S69 { struct { S27 f518; u_int32_t f519; long f520[N][7] __attribute__((aligned(2))); D61 f521 __attribute__((__packed__, aligned(4))); S54 f522, f523, f524[1]; }; enum E45 f525, f526; enum { f527_A, f527_B = 300 } f528[2][0x4], f529[N], f530[M << 1][1]; D60 f531 __attribute__((aligned(32))); struct S60 f532; D60 f533; };
struct S70 { long long f534[K2][7] __attribute__((__packed__, aligned(2))); const int f535; int16_t f536, f537, f538 __attribute__((packed)); struct { char f539[1]; double f540[sizeof(double)]; struct S28 f541[M << 1]; struct { uintptr_t f542[0x4]; enum { f543_A, f543_B = -1 } f544[2], f545[N][(N + 1)][K2] __attribute__((packed)); }; }; };
typedef struct T71 { size_t f546; enum E45 f547; enum { f548_A, f548_B = 0x80000000 } f549[0x4][(N + 1)], f550, f551; } S71;
enum E72 { f552 = 0xffffffff };
#pragma pack(1)
typedef struct { float f553[N][N]; struct S28 f554 __attribute__((aligned(2))); S45 f555; int8_t f556[1][N][2] __attribute__((packed)); ssize_t f557, f558; S1 f559[M << 1]; } S72;
#pragma pack()
typedef int8_t D73;
typedef struct T73 { char f560[5]; _Bool f561[sizeof(double)][5][sizeof(double)], f562, f563[3][7][M << 1]; unsigned char f564[7][7]; _Alignas(16) uint32_t f565; S58 f566, f567, f568; short f569; } S73;
struct S74 { long f570[1][7], f571; struct T17 f572; _Alignas(16) uintptr_t f573[1][N] __attribute__((aligned)); double f574, f575[16], f576; char f577[0x4]; };
#pragma pack(push)
#pragma pack(1)
typedef struct { short f578, f579; int64_t f580; u_int32_t f581; u_int32_t f582; S27 f583, f584, f585[M << 1][16][1]; } __attribute__((packed)) S75;
#pragma pack(pop)
#pragma pack(4)
typedef struct T76 { struct { struct S52 f586; }; uintptr_t f587; } S76;
#pragma pack()
typedef struct { enum { f588_A, f588_B = -1 } f589 __attribute__((__packed__, aligned(2))); int64_t f590 __attribute__((__packed__, aligned(1))), f591[3][K2][0x4]; volatile double f592, f593, f594[K2][sizeof(double)]; int8_t f595; } S77;
#pragma pack(1)
typedef struct T78 { int32_t f596[(N + 1)][1]; unsigned long long int f597[3][3]; char f598[(N + 1)]; long f599[sizeof(double)][3]; char f600[16]; enum E50 f601; } S78;
#pragma pack()
typedef struct { char f602[3]; enum E21 f603[M << 1][16][K2], f604 __attribute__((aligned(8))); ssize_t f605[2][5]; struct { ptrdiff_t f606; bool f607, f608[2], f609; D56 f610; short f611; uintptr_t f612; long f613[7][3][16], f614[M << 1][3] __attribute__((packed)), f615; }; uint64_t f616[3]; struct { enum E41 f617, f618; char f619[5]; }; } S79;
struct S80 { int32_t f620[5][3][3], f621[1][K2]; long long f622, f623[M << 1][K2], f624[2]; struct { struct { char f625[0x4]; short f626; struct S52 f627, f628, f629; } __attribute__((packed)); struct T17 f630[2][7][2], f631[K2][N], f632; int f633[0x4][16]; int f634; int64_t f635; }; S47 f636, f637[K2], f638[sizeof(double)]; struct { long f639[M << 1][0x4], f640 __attribute__((aligned(4))); enum { f641_A, f641_B = 300 } f642; } f643 __attribute__((aligned(8))); uintptr_t f644[(N + 1)][5][5]; };
enum E81 { f645, f646, f647 = 200 };
typedef struct T81 { signed char f648; } S81;
enum E82 { f649, f650 = 0 };
typedef struct { size_t f651[K2]; } S82;
typedef struct { enum { f652_A, f652_B = 300 } f653; D44 f654; D17 f655; _Bool f656 __attribute__((aligned)); enum E72 f657[3][M << 1]; unsigned short f658 __attribute__((aligned(4))); } __attribute__((packed)) __attribute__((aligned(2))) S83;
enum E84 { f659, f660 = 0xffffffff };
#pragma pack(1)
struct S84 { enum E53 f661; short f662[5][K2]; };
#pragma pack()
typedef struct { char f663[3]; bool f664[5] __attribute__((packed)), f665; uint32_t f666; } S85;
#pragma pack(1)
typedef struct __attribute__((aligned(4))) T86 { enum { f667_A, f667_B = 0x80000000 } f668 __attribute__((aligned(4))), f669, f670[3][0x4]; struct S16 f671 __attribute__((aligned)); long long f672; } S86;
#pragma pack()
struct S87 { _Bool f673[0x4][N], f674[sizeof(double)], f675[16][sizeof(double)] __attribute__((aligned(2))); char f676[5]; volatile double f677[0x4] __attribute__((__packed__, aligned(1))); enum { f678_A, f678_B = 300 } f679 __attribute__((packed)); S71 f680; char f681[3][K2][0x4]; };
#pragma pack(push, 4)
struct S88 { enum { f682_A, f682_B = 0x80000000 } f683[5][16][(N + 1)], f684, f685; double f686, f687, f688; struct S5 f689[K2][N][16]; };
#pragma pack(pop)
struct S89 { long unsigned f690 __attribute__((packed)), f691[1]; _Alignas(16) struct S7 f692 __attribute__((__packed__, aligned(4))), f693[1], f694 __attribute__((aligned)); };
typedef bool D90[N][(N + 1)];
typedef struct T90 { enum { f695_A, f695_B = 0x80000000 } f696, f697[1][2][K2]; struct T34 f698[sizeof(double)][K2] __attribute__((packed)); uint8_t f699[N][7]; volatile double f700, f701[16]; double f702[0x4][2], f703; D90 f704; } __attribute__((packed)) S90;
#pragma pack(push)
#pragma pack(1)
typedef struct { char f705[1]; long long f706; struct S32 f707 __attribute__((packed)); char f708[5]; } S91;
#pragma pack(pop)
#pragma pack(push, 2)
struct S92 { uint16_t f709; uint32_t f710, f711[sizeof(double)][5], f712[M << 1][1]; D62 f713, f714[M << 1][1], f715[(N + 1)][16][2]; enum E84 f716[7][K2]; };
#pragma pack(pop)
struct S93 { uint16_t f717 __attribute__((aligned)), f718 __attribute__((packed)), f719; };
typedef struct T94 { struct S67 f720; int f721[3]; long f722[(N + 1)]; char f723[(N + 1)]; char f724[16]; D56 f725, f726; } __attribute__((packed)) __attribute__((aligned(2))) S94;
struct __attribute__((aligned(2))) S95 { uint64_t f727, f728[M << 1][5][M << 1], f729; S91 f730, f731; char f732[(N + 1)]; struct S9 f733[7][sizeof(double)][3]; };
#pragma pack(push, 8)
struct S96 { struct S52 f734; };
#pragma pack(pop)
struct S97 { short int f735[M << 1]; S27 f736; } __attribute__((packed)) __attribute__((aligned(2)));
struct __attribute__((aligned(8))) S98 { enum E41 f737, f738; char f739[N]; char f740[16]; };
struct S99 { struct S97 f741, f742, f743[0x4]; S45 f744[M << 1], f745; S27 f746, f747, f748; char f749[3]; short f750[0x4][2]; };
typedef struct { double f751[(N + 1)], f752; enum E50 f753; struct { struct S97 f754; uint16_t f755[3]; enum E81 f756; } f757, f758, f759; D62 f760; size_t f761; enum E53 f762, f763 __attribute__((__packed__, aligned(1))), f764 __attribute__((aligned)); } S100;
#pragma pack(8)
struct S101 { char f765[N]; D44 f766[K2][1] __attribute__((aligned)); ssize_t f767[2][1]; } __attribute__((aligned(16)));
#pragma pack()
struct S102 { struct { struct T86 f768[K2]; int32_t f769[0x4] __attribute__((packed)), f770; int16_t f771, f772[N], f773 __attribute__((aligned)); } f774; enum { f775_A, f775_B = 300 } f776, f777, f778; };
typedef int64_t D103 __attribute__((aligned(1)));
struct __attribute__((packed)) S103 { struct S30 f779, f780[K2] __attribute__((aligned)), f781; D18 f782, f783, f784; const int f785, f786 __attribute__((packed)); short int f787[2] __attribute__((aligned)); };
struct S104 { D103 f788; size_t f789 __attribute__((__packed__, aligned(8))); int8_t f790[1], f791[1], f792; long unsigned f793; ptrdiff_t f794, f795[1][2], f796[0x4]; };
struct S105 { struct { ptrdiff_t f797[7], f798, f799; uint64_t f800[5][0x4][3]; unsigned short f801 __attribute__((packed)); float f802, f803[M << 1][M << 1], f804; } f805; bool f806; };
typedef struct __attribute__((aligned(4))) { S85 f807[7]; float f808; _Alignas(16) double f809, f810[(N + 1)][(N + 1)]; ptrdiff_t f811; long f812[0x4] __attribute__((aligned(8))), f813 __attribute__((__packed__, aligned(4))), f814[M << 1][N]; uint8_t f815; } S106;
typedef struct { enum E81 f816, f817[K2][16]; _Bool f818; } S107;
typedef float D108 __attribute__((aligned(1)));
#pragma pack(1)
struct S108 { uint64_t f819; };
#pragma pack()
#pragma pack(8)
typedef struct { struct { D45 f820, f821[N], f822[K2][2][5] __attribute__((aligned)); const int f823[5]; } f824; long long f825[1]; enum { f826_A, f826_B = 0x80000000 } f827; uint32_t f828[16][(N + 1)] __attribute__((aligned)); } S109;
#pragma pack()
struct S110 { struct S46 f829, f830, f831[16][1]; };
typedef struct { short f832[3][(N + 1)][(N + 1)]; u_int32_t f833, f834[16]; } __attribute__((__packed__, aligned(4))) S111;
typedef long D112;
struct S112 { D60 f835; enum E45 f836 __attribute__((aligned(1))); enum { f837_A, f837_B = 0x80000000 } f838, f839[1][2]; };
#pragma pack(8)
struct S113 { bool f840[5]; uint32_t f841[7]; ssize_t f842, f843, f844[2][7]; enum E72 f845[N]; S45 f846[M << 1][K2][M << 1]; unsigned short f847[5][1]; };
#pragma pack()
#pragma pack(8)
struct S114 { enum { f848_A, f848_B = 0x80000000 } f849; double f850, f851; enum E72 f852; struct S39 f853, f854[sizeof(double)][2], f855; unsigned short f856; };
#pragma pack()
typedef struct __attribute__((aligned(8))) { unsigned char f857[7], f858, f859; char f860[16]; struct S28 f861; struct S102 f862, f863; } S115;
struct S116 { volatile double f864[7], f865[7][2]; unsigned short f866, f867, f868[5]; const int f869[1][N]; long unsigned f870; uint64_t f871[M << 1] __attribute__((aligned)), f872[5], f873; } __attribute__((__packed__, aligned(1)));
struct S117 { char f874[0x4]; enum { f875_A, f875_B = -1 } f876; struct S5 f877[3], f878 __attribute__((aligned(32))); int16_t f879 __attribute__((aligned)); };
#pragma pack(2)
struct S118 { struct __attribute__((__packed__, aligned(1))) { ptrdiff_t f880[0x4], f881; long unsigned f882 __attribute__((aligned)), f883; struct __attribute__((__packed__, aligned(1))) { struct S60 f884[3][N] __attribute__((aligned)); enum { f885_A, f885_B = 300 } f886; enum { f887_A, f887_B = 300 } f888; }; } f889, f890; struct S60 f891 __attribute__((aligned(1))); short int f892[3][1], f893; };
#pragma pack()
typedef short D119 __attribute__((aligned(1)));
#pragma pack(push, 2)
typedef struct { float f894 __attribute__((aligned(32))); short f895; } S119;
#pragma pack(pop)
#pragma pack(4)
typedef struct T120 { double f896 __attribute__((__packed__, aligned(8))); } S120;
#pragma pack()
struct S121 { struct { char f897[1]; }; unsigned short f898; S109 f899, f900; long long f901; short f902, f903; struct { struct T86 f904 __attribute__((aligned(1))), f905[3][N]; int32_t f906, f907; uint64_t f908, f909[2] __attribute__((aligned(1))), f910; ptrdiff_t f911[3], f912[N][K2], f913; D17 f914; enum E41 f915; } f916, f917, f918[(N + 1)]; };
typedef struct T122 { volatile double f919[5][5][5]; struct S84 f920; S120 f921; struct S60 f922[5][1], f923[7][(N + 1)], f924; enum E45 f925[M << 1][K2][0x4] __attribute__((__packed__, aligned(8))), f926[5], f927[1][(N + 1)]; volatile double f928[16]; } S122;
typedef struct T123 { long f929[K2]; char f930[16]; S85 f931; D44 f932; char f933[sizeof(double)]; } S123;
struct S124 { double f934; uint8_t f935[16][5]; enum { f936_A, f936_B = 0x80000000 } f937[16][sizeof(double)][(N + 1)] __attribute__((packed)); struct { D108 f938 __attribute__((aligned(4))), f939[0x4][3][3], f940; } f941[5]; struct S96 f942[N], f943, f944[0x4][K2]; struct S9 f945; };
struct S125 { ssize_t f946, f947, f948[5][5]; struct S30 f949; S58 f950; short f951 __attribute__((packed)); };
typedef struct { char f952[3]; struct __attribute__((packed)) { struct __attribute__((packed)) { struct S7 f953, f954; enum { f955_A, f955_B = -1 } f956[0x4][3][5], f957, f958; struct { uintptr_t f959[(N + 1)][M << 1], f960, f961[M << 1]; long unsigned f962[(N + 1)], f963, f964; D60 f965, f966, f967[1][1] __attribute__((packed)); u_int32_t f968; D62 f969[K2][7]; }; uint64_t f970 __attribute__((aligned(32))); D90 f971 __attribute__((__packed__, aligned(4))); struct { enum E84 f972; struct S89 f973 __attribute__((aligned)), f974, f975; S58 f976[3] __attribute__((packed)); unsigned char f977 __attribute__((packed)); u_int32_t f978 __attribute__((packed)); } f979 __attribute__((aligned(32))); } f980, f981, f982[N][(N + 1)][16]; D61 f983; }; ptrdiff_t f984; } S126;
typedef struct T127 { struct S32 f985[sizeof(double)][0x4] __attribute__((__packed__, aligned(1))); enum { f986_A, f986_B = 0x80000000 } f987, f988, f989 __attribute__((aligned(32))); S66 f990; enum { f991_A, f991_B = 300 } f992; } S127;
struct S128 { _Alignas(32) struct S117 f993; _Alignas(16) int64_t f994; struct S110 f995[3][16], f996, f997; char f998[sizeof(double)]; uintptr_t f999; struct { D44 f1000; ptrdiff_t f1001; int64_t f1002; char f1003[2]; }; };
struct S129 { char f1004[7]; _Alignas(16) ptrdiff_t f1005, f1006[3]; uint16_t f1007[0x4][0x4] __attribute__((packed)); struct S30 f1008; enum E50 f1009[(N + 1)]; struct { D62 f1010; struct S9 f1011[0x4][1][K2], f1012[0x4][5] __attribute__((__packed__, aligned(8))); enum E53 f1013 __attribute__((packed)), f1014[7]; enum { f1015_A, f1015_B = 300 } f1016[2], f1017, f1018[7][16]; }; } __attribute__((packed)) __attribute__((aligned(2)));
typedef uint8_t D130 __attribute__((aligned(1)));
typedef struct T130 { struct S43 f1019, f1020; } S130;
typedef int D131[7];
#pragma pack(push, 8)
typedef struct T131 { float f1021[2]; } S131;
#pragma pack(pop)
struct S132 { uint64_t f1022, f1023, f1024[M << 1][3][3]; };
#pragma pack(1)
typedef struct T133 { S15 f1025, f1026[7][M << 1]; double f1027 __attribute__((packed)); struct { struct { _Alignas(16) int64_t f1028[0x4][3][M << 1]; enum { f1029_A, f1029_B = -1 } f1030[1][3][16] __attribute__((__packed__, aligned(2))); S66 f1031; }; char f1032[N]; long long f1033[2][K2]; S61 f1034, f1035 __attribute__((packed)), f1036[2]; } f1037, f1038[16][1][16]; uint64_t f1039; } S133;
#pragma pack()
typedef ptrdiff_t D134[(N + 1)];
#pragma pack(push, 1)
typedef struct T134 { char f1040[(N + 1)]; size_t f1041[N][K2]; } S134;
#pragma pack(pop)
typedef struct { struct T81 f1042; enum E21 f1043; } S135;
typedef struct T136 { unsigned short f1044; enum E41 f1045[sizeof(double)][5]; volatile double f1046 __attribute__((__packed__, aligned(2))); D103 f1047[16][sizeof(double)], f1048 __attribute__((aligned)); struct S52 f1049[7][7]; struct { struct { uint64_t f1050, f1051, f1052; enum E53 f1053[7][5]; struct T134 f1054; enum { f1055_A, f1055_B = 0x80000000 } f1056[K2][M << 1]; bool f1057[7][N][0x4]; struct S5 f1058; } f1059[N][K2], f1060, f1061; char f1062; S119 f1063; } f1064; } S136;
struct S137 { ptrdiff_t f1065, f1066 __attribute__((aligned(32))); } __attribute__((packed)) __attribute__((aligned(2)));
typedef struct { enum E82 f1067, f1068 __attribute__((aligned)); enum { f1069_A, f1069_B = 300 } f1070[K2][16], f1071; const int f1072, f1073[(N + 1)]; } S138;
#pragma pack(push, 1)
typedef struct T139 { struct S137 f1074, f1075[N], f1076; short f1077; int64_t f1078, f1079, f1080 __attribute__((aligned)); } S139;
#pragma pack(pop)
enum __attribute__((packed)) E140 { f1081 = 70000 };
#pragma pack(1)
typedef struct { char f1082[16]; D108 f1083; D130 f1084; } S140;
#pragma pack()
enum E141 { f1085, f1086, f1087, f1088 = 0xffffffff };
typedef ssize_t D141[0x4][2][7];
struct __attribute__((packed)) S141 { struct S132 f1089[(N + 1)], f1090; };
struct __attribute__((aligned(16))) S142 { struct { signed char f1091[1]; enum { f1092_A, f1092_B = -1 } f1093, f1094[7][sizeof(double)][2]; unsigned char f1095, f1096[16][3][M << 1], f1097[sizeof(double)][(N + 1)]; enum { f1098_A, f1098_B = -1 } f1099; signed char f1100[2] __attribute__((__packed__, aligned(4))); }; };
typedef struct { struct S84 f1101; char f1102[0x4]; struct S53 f1103[3][0x4], f1104; u_int32_t f1105[2][0x4]; } __attribute__((__packed__, aligned(8))) S143;
#pragma pack(push, 4)
struct __attribute__((packed)) S144 { unsigned char f1106 __attribute__((aligned(16))), f1107[16][1][2]; size_t f1108[sizeof(double)] __attribute__((aligned)), f1109[M << 1][5], f1110; unsigned short f1111, f1112, f1113[1][7]; char f1114[16][3], f1115; uint32_t f1116 __attribute__((aligned)); };
#pragma pack(pop)
struct S145 { u_int32_t f1117 __attribute__((aligned)); struct { char f1118[5]; char f1119, f1120, f1121; enum { f1122_A, f1122_B = 0x80000000 } f1123, f1124, f1125; } f1126; double f1127[16][(N + 1)], f1128[0x4][7][N]; char f1129[5]; };
#pragma pack(4)
struct S146 { uint32_t f1130[2], f1131; uint32_t f1132, f1133[sizeof(double)]; enum E53 f1134, f1135, f1136[7][7]; };
#pragma pack()
enum __attribute__((packed)) E147 { f1137 = -3 };
typedef struct __attribute__((__packed__, aligned(1))) { short int f1138, f1139[5], f1140[5] __attribute__((packed)); struct S30 f1141 __attribute__((__packed__, aligned(2))); enum { f1142_A, f1142_B = -1 } f1143[N][5][3] __attribute__((aligned)); int32_t f1144[5][0x4][7], f1145; long long f1146[2], f1147, f1148[5][sizeof(double)][K2]; } S147;
enum E148 { f1149 = 0 };
struct S148 { enum E72 f1150[M << 1][3] __attribute__((packed)); bool f1151 __attribute__((__packed__, aligned(8))); enum E140 f1152[N][2][16]; ptrdiff_t f1153; };
struct S149 { uintptr_t f1154[M << 1] __attribute__((packed)); ptrdiff_t f1155[3][3]; };
enum E150 { f1156, f1157 = 200 };
typedef _Bool D150 __attribute__((aligned(1)));
typedef struct { enum E82 f1158, f1159, f1160 __attribute__((aligned(4))); u_int32_t f1161; enum E45 f1162, f1163, f1164 __attribute__((packed)); D108 f1165; } S150;
typedef struct { enum E58 f1166, f1167; enum { f1168_A, f1168_B = 300 } f1169 __attribute__((aligned(32))); struct S60 f1170[2][K2][7]; struct S132 f1171[2][(N + 1)][sizeof(double)], f1172, f1173; } __attribute__((__packed__, aligned(8))) S151;
struct __attribute__((aligned(8))) S152 { int64_t f1174, f1175; volatile double f1176, f1177; };
#pragma pack(4)
struct S153 { struct T134 f1178, f1179; struct { int16_t f1180; D44 f1181[3], f1182, f1183; uintptr_t f1184 __attribute__((packed)); struct { char f1185, f1186; short f1187[7][0x4]; u_int32_t f1188; struct S65 f1189[M << 1]; struct { D61 f1190 __attribute__((aligned(16))); }; long unsigned f1191[5][sizeof(double)] __attribute__((aligned(32))); } f1192[1]; }; enum E84 f1193; enum { f1194_A, f1194_B = 0x80000000 } f1195[2][0x4], f1196[16], f1197; short f1198; _Alignas(32) struct { enum E50 f1199[3]; short int f1200, f1201; uint8_t f1202; int16_t f1203; } f1204[5][sizeof(double)], f1205; };
#pragma pack()
typedef struct { enum { f1206_A, f1206_B = 300 } f1207, f1208; enum E58 f1209; int f1210; struct S39 f1211[16][2], f1212; char f1213[0x4]; _Alignas(32) enum E52 f1214; } __attribute__((packed)) S154;
struct S155 { char f1215[K2]; long f1216[0x4][sizeof(double)], f1217, f1218[16]; enum E150 f1219; int32_t f1220, f1221[N], f1222; };
#pragma pack(2)
typedef struct T156 { struct S65 f1223; } S156;
#pragma pack()
struct S157 { struct S9 f1224[5][16][1], f1225 __attribute__((aligned(2))); char f1226[N]; size_t f1227, f1228[5]; short int f1229; _Bool f1230, f1231; } __attribute__((aligned(16)));
#pragma pack(1)
typedef struct T158 { volatile double f1232; _Bool f1233[16], f1234; short int f1235; } S158;
#pragma pack()
typedef struct T159 { double f1236; unsigned long long int f1237; size_t f1238[2][2][16], f1239 __attribute__((aligned)); D60 f1240 __attribute__((packed)); size_t f1241[K2], f1242 __attribute__((packed)), f1243 __attribute__((aligned(8))); enum E72 f1244, f1245, f1246 __attribute__((aligned)); } S159;
typedef struct { int f1247, f1248, f1249; } S160;
typedef struct __attribute__((packed)) __attribute__((aligned(2))) { enum { f1250_A, f1250_B = 0x80000000 } f1251; double f1252[N]; char f1253[3]; } S161;
enum E162 { f1254 = 0xffffffff };
typedef struct T162 { D61 f1255 __attribute__((packed)), f1256; char f1257[M << 1]; float f1258, f1259 __attribute__((aligned)), f1260 __attribute__((aligned(8))); uint8_t f1261 __attribute__((aligned(16))), f1262; } S162;
enum __attribute__((packed)) E163 { f1263 = 0xffffffff };
typedef struct __attribute__((packed)) { bool f1264; enum { f1265_A, f1265_B = -1 } f1266[M << 1][N]; struct T86 f1267; } S163;
typedef struct T164 { short int f1268; S58 f1269, f1270[3][5]; ssize_t f1271; long long f1272, f1273[K2]; short int f1274[1][K2][2]; } S164;
typedef struct { ptrdiff_t f1275, f1276[M << 1][5] __attribute__((__packed__, aligned(1))); } S165;
#pragma pack(4)
typedef struct T166 { ssize_t f1277, f1278, f1279[0x4]; } S166;
#pragma pack()
typedef struct T167 { ssize_t f1280, f1281[2][N][5], f1282 __attribute__((__packed__, aligned(2))); struct S97 f1283; struct { enum E81 f1284 __attribute__((aligned)), f1285[sizeof(double)], f1286; size_t f1287; enum { f1288_A, f1288_B = 0x80000000 } f1289; } f1290[0x4][3][0x4], f1291; } S167;
typedef struct __attribute__((__packed__, aligned(2))) T168 { struct S46 f1292[2][N][M << 1] __attribute__((aligned)), f1293, f1294; D62 f1295[(N + 1)][N][16], f1296 __attribute__((__packed__, aligned(4))); int64_t f1297; struct { struct { S85 f1298[3]; int16_t f1299; S135 f1300[K2][(N + 1)], f1301[sizeof(double)], f1302; long unsigned f1303; ssize_t f1304[1][3]; unsigned short f1305; }; enum E163 f1306[sizeof(double)][1]; int8_t f1307, f1308, f1309[16]; char f1310[N]; char f1311[3]; } f1312 __attribute__((packed)), f1313[2]; ptrdiff_t f1314[M << 1], f1315; signed char f1316 __attribute__((__packed__, aligned(1))); } S168;
struct S169 { ssize_t f1317[M << 1][2], f1318, f1319[sizeof(double)][N][3]; u_int32_t f1320, f1321, f1322; enum { f1323_A, f1323_B = 0x80000000 } f1324; enum E84 f1325; struct S117 f1326[0x4] __attribute__((aligned(8))); };
typedef struct { enum { f1327_A, f1327_B = 300 } f1328; enum { f1329_A, f1329_B = 300 } f1330; float f1331[0x4], f1332[M << 1], f1333; struct { double f1334 __attribute__((packed)), f1335; ssize_t f1336; double f1337, f1338, f1339; struct S32 f1340[sizeof(double)]; } __attribute__((packed)); S158 f1341; bool f1342 __attribute__((aligned(2))), f1343[K2][7], f1344[sizeof(double)][(N + 1)]; } S170;
struct S171 { D56 f1345 __attribute__((__packed__, aligned(2))); S140 f1346[M << 1]; };
typedef struct { double f1347; bool f1348; char f1349[N]; _Alignas(16) D131 f1350; } S172;
struct S173 { int8_t f1351, f1352 __attribute__((__packed__, aligned(1))); int16_t f1353 __attribute__((aligned)); struct { const int f1354[5][(N + 1)][M << 1]; char f1355[1]; double f1356 __attribute__((__packed__, aligned(4))); double f1357, f1358[5], f1359; long unsigned f1360[5][M << 1]; unsigned char f1361, f1362 __attribute__((aligned)), f1363 __attribute__((aligned(2))); }; };
#pragma pack(push, 16)
typedef struct __attribute__((packed)) { enum E50 f1364[7], f1365[5], f1366; enum E141 f1367[7][16] __attribute__((packed)); int16_t f1368, f1369, f1370; char f1371[2]; enum { f1372_A, f1372_B = -1 } f1373, f1374 __attribute__((aligned)); } S174;
#pragma pack(pop)
struct S175 { S82 f1375[2]; signed char f1376[N]; } __attribute__((aligned(1)));
typedef long long D176;
typedef struct { enum { f1377_A, f1377_B = 300 } f1378, f1379[3][7], f1380; } S176;
#pragma pack(1)
struct S177 { int8_t f1381[sizeof(double)][5], f1382, f1383 __attribute__((aligned(4))); const int f1384[N][1], f1385, f1386; ssize_t f1387; int8_t f1388; };
#pragma pack()
typedef struct T178 { double f1389; struct { _Alignas(16) ssize_t f1390; S54 f1391; D134 f1392[2]; D119 f1393[3] __attribute__((__packed__, aligned(1))); short int f1394, f1395 __attribute__((__packed__, aligned(4))), f1396; short int f1397 __attribute__((aligned(1))); } f1398, f1399; int32_t f1400, f1401 __attribute__((packed)); } S178;
#pragma pack(1)
struct __attribute__((packed)) S179 { char f1402[sizeof(double)]; };
#pragma pack()
typedef struct T180 { enum E81 f1403, f1404[7][(N + 1)][N] __attribute__((packed)), f1405; int f1406[7][M << 1], f1407[(N + 1)][K2]; int f1408[16], f1409; S109 f1410[2]; } S180;
#pragma pack(push, 1)
typedef struct T181 { struct { ptrdiff_t f1411; struct { ptrdiff_t f1412 __attribute__((aligned)); unsigned short f1413[1][0x4]; S143 f1414; } f1415; struct { volatile double f1416[0x4] __attribute__((__packed__, aligned(2))), f1417 __attribute__((__packed__, aligned(2))), f1418; } f1419, f1420[0x4]; short f1421; struct { struct { u_int32_t f1422[(N + 1)][1], f1423; int16_t f1424; S58 f1425; } f1426; uintptr_t f1427[5], f1428, f1429; D62 f1430, f1431[N][2] __attribute__((aligned(32))), f1432[sizeof(double)][sizeof(double)]; uintptr_t f1433; } f1434[3], f1435, f1436; }; struct S43 f1437 __attribute__((aligned(4))); enum E150 f1438[5][N], f1439[1][(N + 1)] __attribute__((__packed__, aligned(1))); } S181;
#pragma pack(pop)
typedef int16_t D182 __attribute__((aligned(1)));
#pragma pack(2)
typedef struct __attribute__((__packed__, aligned(4))) T182 { char f1440[7]; enum E41 f1441; int8_t f1442[N]; } S182;
#pragma pack()
struct S183 { struct S152 f1443; struct { long long f1444, f1445[16]; int f1446[0x4] __attribute__((packed)); enum { f1447_A, f1447_B = 300 } f1448; ssize_t f1449; struct S38 f1450, f1451 __attribute__((__packed__, aligned(8))); } f1452; float f1453[(N + 1)]; };
struct S184 { enum { f1454_A, f1454_B = 300 } f1455, f1456, f1457; D60 f1458[3]; struct S84 f1459; u_int32_t f1460, f1461[3][sizeof(double)]; enum E14 f1462[5]; struct { struct S9 f1463 __attribute__((aligned)), f1464; } f1465[K2]; };
struct S185 { char f1466[1]; D141 f1467; };
typedef struct T186 { u_int32_t f1468, f1469[3], f1470; struct { struct S149 f1471[sizeof(double)]; enum { f1472_A, f1472_B = -1 } f1473, f1474[K2]; int8_t f1475 __attribute__((packed)); unsigned char f1476, f1477; int f1478; } f1479[3][16][5], f1480, f1481 __attribute__((aligned(1))); struct { S71 f1482, f1483, f1484; enum { f1485_A, f1485_B = -1 } f1486[sizeof(double)][(N + 1)]; D32 f1487; enum E52 f1488 __attribute__((aligned(1))); int8_t f1489; } f1490; float f1491; double f1492[N][(N + 1)][M << 1] __attribute__((packed)), f1493; } S186;
typedef struct { ptrdiff_t f1494, f1495[5][N], f1496; enum E50 f1497[sizeof(double)]; char f1498[3]; } S187;
#pragma pack(push)
#pragma pack(1)
typedef struct T188 { volatile double f1499 __attribute__((aligned(1))); } S188;
#pragma pack(pop)
struct S189 { ssize_t f1500, f1501, f1502[7]; long long f1503; enum { f1504_A, f1504_B = 0x80000000 } f1505, f1506, f1507; long f1508; char f1509[sizeof(double)]; long unsigned f1510; };
typedef float D190;
struct __attribute__((aligned(8))) S190 { int64_t f1511, f1512 __attribute__((__packed__, aligned(4))), f1513[16] __attribute__((aligned(8))); };
#pragma pack(2)
struct S191 { struct S46 f1514 __attribute__((aligned(32))), f1515, f1516[N]; D190 f1517[N], f1518[5], f1519; };
#pragma pack()
typedef struct T192 { struct S67 f1520; double f1521; uint64_t f1522, f1523, f1524; struct S39 f1525, f1526[(N + 1)][N][16], f1527[3]; } S192;
typedef struct { struct T130 f1528[K2][3], f1529[(N + 1)]; struct S28 f1530, f1531, f1532[7][1][N]; int64_t f1533, f1534, f1535[7][5]; short int f1536; } S193;
typedef struct { long long f1537, f1538, f1539[2]; int8_t f1540; struct S175 f1541 __attribute__((aligned)); short int f1542[1], f1543[N][M << 1], f1544[3][0x4]; } S194;
typedef struct T195 { uint32_t f1545; unsigned char f1546 __attribute__((packed)), f1547, f1548; enum E141 f1549, f1550, f1551; uint64_t f1552, f1553; } S195;
typedef struct T196 { char f1554[1]; S48 f1555; enum E72 f1556, f1557 __attribute__((aligned)), f1558; } S196;
struct S197 { u_int32_t f1559, f1560; char f1561[K2]; };
struct S198 { enum E163 f1562 __attribute__((__packed__, aligned(1))), f1563[16][16], f1564[sizeof(double)]; struct S171 f1565, f1566[7] __attribute__((packed)), f1567[N]; };
struct S199 { double f1568[16], f1569 __attribute__((__packed__, aligned(4))), f1570[N][1]; int32_t f1571[2], f1572 __attribute__((__packed__, aligned(1))), f1573 __attribute__((aligned)); signed char f1574; };
typedef long D200;
#pragma pack(push, 2)
typedef struct T200 { _Alignas(16) struct S118 f1575 __attribute__((aligned(16))), f1576[5][2], f1577[K2][M << 1]; uint64_t f1578[M << 1], f1579, f1580; uint32_t f1581; u_int32_t f1582[(N + 1)], f1583 __attribute__((aligned(16))), f1584[(N + 1)]; } __attribute__((packed)) __attribute__((aligned(2))) S200;
#pragma pack(pop)
typedef struct T201 { char f1585[0x4]; long long f1586; char f1587[2]; int32_t f1588[N]; enum { f1589_A, f1589_B = -1 } f1590; } S201;
struct S202 { char f1591[2]; };
struct S203 { enum { f1592_A, f1592_B = 300 } f1593[N]; struct S97 f1594, f1595[N], f1596 __attribute__((packed)); };
#pragma pack(1)
struct S204 { uint64_t f1597, f1598[N]; uint16_t f1599; enum E21 f1600, f1601, f1602[1]; bool f1603; struct S149 f1604[3], f1605[1], f1606[(N + 1)][1]; } __attribute__((packed));
#pragma pack()
struct S205 { enum { f1607_A, f1607_B = 0x80000000 } f1608[(N + 1)][7], f1609[3][1] __attribute__((packed)); struct S65 f1610; double f1611[0x4][1]; struct T17 f1612[2], f1613, f1614; unsigned long long int f1615 __attribute__((aligned(32))); struct { volatile double f1616, f1617[sizeof(double)][(N + 1)]; char f1618[N]; struct S43 f1619[2], f1620[0x4], f1621; struct { char f1622[M << 1]; signed char f1623; } f1624[2][0x4], f1625[M << 1][M << 1], f1626 __attribute__((__packed__, aligned(8))); } f1627; };
typedef struct __attribute__((packed)) __attribute__((aligned(2))) T206 { short int f1628; const int f1629; } S206;
#pragma pack(1)
typedef struct T207 { S140 f1630, f1631[(N + 1)][16], f1632[0x4]; int f1633 __attribute__((aligned(4))); D73 f1634; struct S46 f1635; float f1636; } __attribute__((packed)) __attribute__((aligned(2))) S207;
#pragma pack()
typedef struct { enum { f1637_A, f1637_B = 0x80000000 } f1638[16] __attribute__((__packed__, aligned(1))); _Bool f1639[16][0x4]; struct S132 f1640; D190 f1641 __attribute__((aligned)); } S208;
struct __attribute__((packed)) S209 { size_t f1642 __attribute__((aligned)); D112 f1643 __attribute__((aligned)); };
typedef struct { char f1644[K2]; } S210;
enum E211 { f1645, f1646 = 70000 };
#pragma pack(push, 8)
typedef struct { enum { f1647_A, f1647_B = 0x80000000 } f1648, f1649; } S211;
#pragma pack(pop)
typedef struct T212 { D176 f1650 __attribute__((aligned)); enum { f1651_A, f1651_B = 0x80000000 } f1652, f1653[2], f1654[M << 1][0x4]; enum E162 f1655; long f1656; uint32_t f1657[2]; struct S102 f1658; } S212;
typedef struct T213 { S158 f1659 __attribute__((__packed__, aligned(2))), f1660[3][K2], f1661; enum { f1662_A, f1662_B = -1 } f1663[2]; char f1664[5]; _Alignas(32) enum E14 f1665, f1666; char f1667[5]; } S213;
typedef struct T214 { _Bool f1668; } __attribute__((packed)) S214;
struct S215 { _Alignas(32) enum { f1669_A, f1669_B = -1 } f1670, f1671; unsigned short f1672[5], f1673; };
enum E216 { f1674, f1675, f1676 = -3 };
struct S216 { enum E53 f1677; double f1678; struct S5 f1679[16][16][M << 1]; enum E21 f1680, f1681[0x4][2]; };
enum E217 { f1682 = 0x100000000 };
struct S217 { char f1683[K2]; struct S152 f1684[M << 1]; _Alignas(32) enum { f1685_A, f1685_B = 300 } f1686[7], f1687 __attribute__((__packed__, aligned(4))), f1688[1][16]; int64_t f1689[1][N][16], f1690 __attribute__((packed)), f1691; };
#pragma pack(push, 8)
struct S218 { _Alignas(32) enum { f1692_A, f1692_B = -1 } f1693; enum E211 f1694; char f1695[2]; u_int32_t f1696; uint8_t f1697, f1698; };
#pragma pack(pop)
struct S219 { char f1699[3]; int f1700[(N + 1)][(N + 1)]; ptrdiff_t f1701, f1702; };
typedef u_int32_t D220;
struct S220 { uint32_t f1703 __attribute__((aligned)); S120 f1704; struct S53 f1705; S161 f1706; short f1707[(N + 1)]; int f1708[16][K2], f1709[3][sizeof(double)]; };
typedef short D221;
typedef struct T221 { struct S101 f1710[0x4][16][0x4] __attribute__((__packed__, aligned(1))), f1711; char f1712[(N + 1)]; uint8_t f1713; unsigned char f1714; } S221;
struct S222 { _Alignas(32) uint16_t f1715 __attribute__((__packed__, aligned(1))), f1716[16][M << 1], f1717[7][N]; enum E82 f1718; enum E141 f1719, f1720, f1721[K2][K2]; D45 f1722, f1723[K2][M << 1][sizeof(double)], f1724; size_t f1725, f1726; };
#pragma pack(2)
typedef struct { struct { enum E53 f1727; enum { f1728_A, f1728_B = 300 } f1729[2]; struct { double f1730, f1731[7]; _Alignas(32) struct S145 f1732[2]; S66 f1733; }; ssize_t f1734; struct { volatile double f1735 __attribute__((packed)); uint64_t f1736; struct { long f1737; }; S187 f1738; }; long unsigned f1739[sizeof(double)]; }; const int f1740 __attribute__((packed)); int8_t f1741[5][16][0x4]; char f1742 __attribute__((__packed__, aligned(1))); S143 f1743 __attribute__((__packed__, aligned(4))); struct { S208 f1744[16][5][(N + 1)]; D220 f1745; u_int32_t f1746; S82 f1747[5][K2]; }; } S223;
#pragma pack()
struct S224 { S45 f1748 __attribute__((aligned(1))); float f1749[K2][sizeof(double)]; };
struct S225 { char f1750[3]; S82 f1751, f1752, f1753[3][1]; };
struct S226 { S140 f1754[N][0x4][K2] __attribute__((aligned(16))), f1755, f1756; struct { enum E162 f1757; struct { volatile double f1758[3][N][0x4], f1759[sizeof(double)][3][1]; struct S97 f1760[5], f1761; double f1762; short int f1763[2] __attribute__((__packed__, aligned(4))); enum { f1764_A, f1764_B = -1 } f1765, f1766, f1767 __attribute__((aligned)); unsigned char f1768, f1769; } __attribute__((aligned(1))) f1770, f1771, f1772[1]; } f1773; _Alignas(16) enum E72 f1774[7]; enum E81 f1775; };
typedef struct { struct T214 f1776[2][5], f1777; S58 f1778, f1779, f1780 __attribute__((aligned)); _Bool f1781; struct S118 f1782 __attribute__((aligned)); } S227;
enum E228 { f1783 = 0xffffffff };
typedef struct { int16_t f1784[2], f1785; enum { f1786_A, f1786_B = 300 } f1787[2][2], f1788; struct { S22 f1789[1][3][0x4]; unsigned long long int f1790[16], f1791 __attribute__((aligned)); } f1792[2][M << 1]; struct S224 f1793; struct { D200 f1794[sizeof(double)][2][M << 1] __attribute__((packed)); ptrdiff_t f1795, f1796, f1797[M << 1][K2]; S172 f1798; char f1799[sizeof(double)]; D18 f1800; } f1801, f1802, f1803; } S228;
typedef struct { int16_t f1804; bool f1805; unsigned long long int f1806[16]; D112 f1807[3][2]; } S229;
typedef struct T230 { enum { f1808_A, f1808_B = -1 } f1809, f1810; int16_t f1811; enum { f1812_A, f1812_B = -1 } f1813, f1814[7], f1815; } S230;
struct S231 { struct S39 f1816; size_t f1817; uint32_t f1818[5], f1819; struct { D56 f1820, f1821 __attribute__((aligned(4))); enum E45 f1822, f1823[1][N][2], f1824; }; long long f1825[1]; } __attribute__((aligned(4)));
struct S232 { enum { f1826_A, f1826_B = 0x80000000 } f1827; enum E52 f1828[2][2][7], f1829, f1830; D190 f1831 __attribute__((packed)), f1832, f1833[3] __attribute__((packed)); ssize_t f1834, f1835[1][(N + 1)] __attribute__((aligned(32))); struct { long unsigned f1836[3]; }; };
enum E233 { f1837, f1838 = 0 };
typedef long long D233 __attribute__((aligned(1)));
#pragma pack(push, 1)
typedef struct T233 { char f1839[16]; struct S65 f1840; struct S171 f1841[0x4][K2]; } S233;
#pragma pack(pop)
struct S234 { char f1842[3]; };
struct S235 { char f1843[M << 1][1], f1844; S165 f1845, f1846[1][2], f1847; };
#pragma pack(push, 8)
struct S236 { char f1848[2]; };
#pragma pack(pop)
struct S237 { uint32_t f1849; signed char f1850[sizeof(double)][16]; char f1851[3]; };
#pragma pack(push, 4)
struct __attribute__((packed)) __attribute__((aligned(2))) S238 { _Alignas(16) float f1852[3][16], f1853, f1854; };
#pragma pack(pop)
struct S239 { double f1855 __attribute__((aligned(2))); unsigned long long int f1856[N] __attribute__((aligned)), f1857; int16_t f1858[1][N] __attribute__((__packed__, aligned(2))); enum E141 f1859; };
#pragma pack(2)
struct S240 { _Alignas(32) uint16_t f1860; enum E14 f1861[sizeof(double)][5], f1862; int32_t f1863, f1864; enum E21 f1865[3], f1866[5], f1867; char f1868[7]; };
#pragma pack()
#pragma pack(2)
typedef struct { uint8_t f1869; } S241;
#pragma pack()
typedef struct T242 { long long f1870[7]; unsigned char f1871[(N + 1)]; struct { float f1872; S201 f1873; enum E141 f1874[K2][16][(N + 1)]; char f1875[0x4]; _Alignas(32) struct S105 f1876, f1877[sizeof(double)], f1878 __attribute__((aligned)); }; D62 f1879[(N + 1)][2][N] __attribute__((__packed__, aligned(4))); struct { struct { char f1880, f1881, f1882 __attribute__((__packed__, aligned(1))); unsigned char f1883, f1884, f1885[1]; struct { S61 f1886, f1887[2][2] __attribute__((aligned(2))); struct S89 f1888; struct S60 f1889[(N + 1)][K2]; enum { f1890_A, f1890_B = 300 } f1891, f1892, f1893; } f1894; _Bool f1895; uint32_t f1896, f1897; }; }; D130 f1898[K2][M << 1][1], f1899[N][(N + 1)], f1900; } __attribute__((aligned(32))) S242;
typedef struct { short f1901[1][16], f1902[3][1][(N + 1)] __attribute__((packed)), f1903; } S243;
struct S244 { struct S215 f1904, f1905[7]; struct S183 f1906; signed char f1907; long long f1908[3][(N + 1)], f1909; } __attribute__((packed));
typedef struct T245 { uintptr_t f1910; char f1911[1]; double f1912, f1913, f1914 __attribute__((aligned(4))); enum E148 f1915; S54 f1916; uint8_t f1917 __attribute__((__packed__, aligned(2))); } S245;
struct S246 { struct { enum { f1918_A, f1918_B = -1 } f1919; uint64_t f1920; int64_t f1921, f1922; char f1923[(N + 1)]; struct { enum { f1924_A, f1924_B = 0x80000000 } f1925; struct __attribute__((packed)) __attribute__((aligned(2))) { float f1926[2][3][0x4]; ptrdiff_t f1927, f1928[(N + 1)][N], f1929 __attribute__((aligned)); int f1930, f1931 __attribute__((aligned(1))); } f1932[7] __attribute__((packed)); } f1933, f1934, f1935; } f1936; S196 f1937, f1938[K2], f1939; enum { f1940_A, f1940_B = 0x80000000 } f1941[K2]; enum E21 f1942[7][2], f1943, f1944; };
struct S247 { enum E50 f1945; enum E217 f1946; int16_t f1947; char f1948[M << 1]; size_t f1949; } __attribute__((aligned(16)));
typedef struct { uint64_t f1950, f1951, f1952[7]; } S248;
typedef struct T249 { long f1953[M << 1]; enum E233 f1954[N][5][2], f1955, f1956; } S249;
struct S250 { _Bool f1957[K2][7]; D233 f1958[1]; ssize_t f1959, f1960[5], f1961 __attribute__((aligned)); };
struct S251 { char f1962[M << 1]; };
#pragma pack(push, 2)
typedef struct T252 { char f1963[N]; struct T86 f1964, f1965; ptrdiff_t f1966, f1967[7]; signed char f1968[K2]; char f1969[0x4]; } S252;
#pragma pack(pop)
struct S253 { const int f1970; enum E148 f1971; } __attribute__((packed)) __attribute__((aligned(2)));
struct S254 { struct { enum { f1972_A, f1972_B = 0x80000000 } f1973[(N + 1)][5][sizeof(double)]; _Alignas(16) S143 f1974; ptrdiff_t f1975, f1976 __attribute__((packed)), f1977[16]; } f1978, f1979 __attribute__((aligned)); enum E211 f1980; int f1981; };
#pragma pack(8)
typedef struct T255 { long unsigned f1982, f1983 __attribute__((aligned(1))); } __attribute__((__packed__, aligned(4))) S255;
#pragma pack()
enum E256 { f1984, f1985, f1986, f1987 = 1 << 4 };
typedef struct T256 { char f1988[K2]; S187 f1989, f1990; int32_t f1991, f1992 __attribute__((__packed__, aligned(2))), f1993; enum { f1994_A, f1994_B = 0x80000000 } f1995[16][N][16]; struct S39 f1996 __attribute__((__packed__, aligned(8))); D44 f1997[M << 1]; } S256;
#pragma pack(push)
#pragma pack(1)
typedef struct { volatile double f1998[2][(N + 1)]; } S257;
#pragma pack(pop)
typedef struct T258 { char f1999, f2000[N][5]; char f2001, f2002[K2] __attribute__((packed)); struct S89 f2003 __attribute__((aligned)); } S258;
typedef int8_t D259 __attribute__((aligned(1)));
typedef struct T259 { int32_t f2004; int f2005; uint8_t f2006, f2007; } __attribute__((packed)) S259;
struct S260 { uint32_t f2008[3][(N + 1)]; struct S132 f2009; };
typedef struct { enum E45 f2010[1] __attribute__((__packed__, aligned(4))), f2011[1][N], f2012; } S261;
#pragma pack(push, 2)
typedef struct T262 { long long f2013[5]; _Alignas(16) volatile double f2014[3][16][0x4]; uintptr_t f2015, f2016, f2017; char f2018[M << 1]; S27 f2019[0x4][7][5], f2020, f2021 __attribute__((packed)); enum E82 f2022[(N + 1)][K2]; } S262;
#pragma pack(pop)
#pragma pack(4)
typedef struct { volatile double f2023[K2][7][2]; _Alignas(16) ptrdiff_t f2024[0x4]; struct { enum E72 f2025[(N + 1)][2], f2026 __attribute__((aligned(32))), f2027 __attribute__((aligned(1))); }; char f2028[0x4]; char f2029[7]; long unsigned f2030; } __attribute__((__packed__, aligned(2))) S263;
#pragma pack()
typedef struct T264 { unsigned short f2031[1][M << 1][2]; } S264;
enum __attribute__((packed)) E265 { f2032, f2033, f2034 = 0xffffffff };
#pragma pack(push)
#pragma pack(1)
typedef struct T265 { ptrdiff_t f2035; S135 f2036; float f2037 __attribute__((aligned)), f2038, f2039[sizeof(double)][5]; } __attribute__((packed)) __attribute__((aligned(2))) S265;
#pragma pack(pop)
struct S266 { struct { int16_t f2040, f2041 __attribute__((aligned(8))); short f2042; short int f2043 __attribute__((packed)), f2044, f2045; char f2046[7][1][1], f2047, f2048; } f2049[1][sizeof(double)]; _Alignas(16) D130 f2050; char f2051[sizeof(double)]; D24 f2052[M << 1] __attribute__((__packed__, aligned(2))); int8_t f2053 __attribute__((aligned(4))); S161 f2054; } __attribute__((aligned(16)));
typedef struct { struct { size_t f2055[M << 1], f2056[3]; ssize_t f2057[sizeof(double)][7] __attribute__((aligned(2))); } f2058[7]; } S267;
#pragma pack(push)
#pragma pack(1)
typedef struct T268 { long f2059, f2060, f2061; enum E72 f2062[2][(N + 1)]; short f2063[K2]; double f2064[K2][3]; D103 f2065, f2066[5], f2067; } S268;
#pragma pack(pop)
typedef bool D269[1][2];
typedef struct T269 { S54 f2068; int32_t f2069 __attribute__((__packed__, aligned(8))), f2070 __attribute__((__packed__, aligned(4))); D73 f2071[sizeof(double)] __attribute__((packed)); struct { struct S235 f2072[M << 1][sizeof(double)]; enum { f2073_A, f2073_B = -1 } f2074[sizeof(double)]; volatile double f2075, f2076, f2077[K2]; } f2078[5]; } __attribute__((__packed__, aligned(4))) S269;
typedef struct { struct S234 f2079, f2080[N] __attribute__((__packed__, aligned(8))); _Bool f2081[5] __attribute__((packed)), f2082[0x4] __attribute__((aligned(32))); int64_t f2083; } S270;
#pragma pack(push, 1)
struct S271 { char f2084[1]; D182 f2085[1]; char f2086[2]; };
#pragma pack(pop)
#pragma pack(push, 4)
struct S272 { _Alignas(16) D130 f2087[3], f2088 __attribute__((__packed__, aligned(1))), f2089; };
#pragma pack(pop)
typedef struct __attribute__((packed)) T273 { _Alignas(32) long unsigned f2090; ssize_t f2091; char f2092[M << 1]; struct S202 f2093; enum E148 f2094[16][16], f2095[3]; enum { f2096_A, f2096_B = -1 } f2097; } S273;
#pragma pack(push)
#pragma pack(1)
typedef struct T274 { uint8_t f2098, f2099[5][3], f2100[M << 1][2]; long long f2101[(N + 1)]; long unsigned f2102[sizeof(double)], f2103[sizeof(double)] __attribute__((aligned)), f2104; D269 f2105; } S274;
#pragma pack(pop)
typedef struct T275 { _Bool f2106[5], f2107; struct { D61 f2108; enum E256 f2109, f2110; ssize_t f2111[7]; struct S32 f2112, f2113; long f2114[7][1][(N + 1)]; char f2115[N]; } f2116; uint16_t f2117[M << 1]; } S275;
struct S276 { _Bool f2118[3]; };
enum E277 { f2119, f2120, f2121 = 70000 };
typedef struct __attribute__((packed)) { enum E162 f2122[3], f2123 __attribute__((__packed__, aligned(1))); } S277;
typedef struct { int16_t f2124 __attribute__((__packed__, aligned(1))); char f2125[16]; struct S30 f2126 __attribute__((aligned)); uint8_t f2127[0x4][N]; } S278;
struct __attribute__((aligned(32))) S279 { int16_t f2128[3][K2]; enum { f2129_A, f2129_B = -1 } f2130[(N + 1)][2]; char f2131[(N + 1)]; };
struct S280 { S187 f2132[3][0x4]; S71 f2133[(N + 1)][(N + 1)][7]; enum E72 f2134[M << 1][0x4], f2135, f2136[N][M << 1]; uint8_t f2137[sizeof(double)][7]; };
struct S281 { size_t f2138; char f2139[5]; unsigned char f2140; enum E162 f2141; unsigned char f2142 __attribute__((aligned)); };
typedef const int D282 __attribute__((aligned(1)));
struct S282 { int f2143; struct S28 f2144[5]; uint8_t f2145, f2146; char f2147; char f2148[(N + 1)]; D220 f2149[3]; } __attribute__((packed)) __attribute__((aligned(2)));
struct S283 { char f2150[16]; struct { bool f2151; volatile double f2152[3][(N + 1)], f2153[M << 1]; enum { f2154_A, f2154_B = -1 } f2155; }; float f2156 __attribute__((aligned(1))); uint16_t f2157[1][2]; struct { D131 f2158[0x4][(N + 1)], f2159[7][M << 1][7] __attribute__((packed)); } f2160, f2161; };
typedef struct { ptrdiff_t f2162 __attribute__((packed)), f2163, f2164[0x4][sizeof(double)]; enum { f2165_A, f2165_B = -1 } f2166 __attribute__((__packed__, aligned(8))), f2167[7]; unsigned char f2168[N][7] __attribute__((aligned(16))); } S284;
struct S285 { struct T17 f2169; };
typedef struct { uint16_t f2170; uint32_t f2171; } __attribute__((packed)) S286;
typedef struct T287 { unsigned long long int f2172 __attribute__((aligned(8))); enum { f2173_A, f2173_B = 300 } f2174, f2175[0x4]; size_t f2176[3]; } S287;
#pragma pack(2)
struct S288 { D200 f2177; ssize_t f2178; struct T249 f2179; enum E141 f2180, f2181[7], f2182[7]; };
#pragma pack()
typedef struct { char f2183; S82 f2184[M << 1][sizeof(double)]; } S289;
struct S290 { struct S251 f2185 __attribute__((packed)), f2186[K2], f2187[3]; ptrdiff_t f2188; enum E150 f2189[7], f2190, f2191[sizeof(double)][5][0x4]; };
#pragma pack(4)
struct S291 { struct { enum { f2192_A, f2192_B = 300 } f2193[sizeof(double)]; struct { enum { f2194_A, f2194_B = 0x80000000 } f2195, f2196[K2][0x4]; long unsigned f2197, f2198 __attribute__((__packed__, aligned(2))), f2199; } __attribute__((aligned(32))) f2200; short int f2201; } f2202; short f2203, f2204, f2205[5]; };
#pragma pack()
#pragma pack(8)
struct S292 { D130 f2206; struct S285 f2207; };
#pragma pack()
#pragma pack(push, 16)
typedef struct T293 { ptrdiff_t f2208[16][5], f2209[5][N][1], f2210; } S293;
#pragma pack(pop)
typedef struct T294 { unsigned char f2211[M << 1][2], f2212, f2213; } S294;
struct S295 { struct S152 f2214[M << 1] __attribute__((__packed__, aligned(4))); unsigned long long int f2215; long long f2216; signed char f2217[5][7]; D182 f2218, f2219; };
enum __attribute__((packed)) E296 { f2220, f2221 = 0 };
typedef uint32_t D296;
struct S296 { D108 f2222[2][0x4] __attribute__((__packed__, aligned(4))); };
struct S297 { uint8_t f2223; struct S101 f2224[7][2]; } __attribute__((packed)) __attribute__((aligned(2)));
enum E298 { f2225, f2226 = 0x100000000 };
#pragma pack(2)
typedef struct T298 { enum { f2227_A, f2227_B = -1 } f2228[N][K2][K2], f2229, f2230[7]; S1 f2231 __attribute__((__packed__, aligned(8))); _Alignas(16) D182 f2232[sizeof(double)][K2], f2233 __attribute__((aligned)); unsigned short f2234 __attribute__((packed)), f2235, f2236; } S298;
#pragma pack()
typedef short int D299;
#pragma pack(4)
typedef struct { struct S215 f2237; u_int32_t f2238, f2239[5][2], f2240; } S299;
#pragma pack()
