#include <stdbool.h>
#include <stdint.h>

enum Side { BUY = 1, SELL, HOLD = -3 };

struct Pair { uint8_t q[2]; };

struct Row {
    char name[12];
    enum Side side;
    double x;
    float f;
    int32_t n;
    int64_t i;
    uint64_t u;
    uint16_t s;
    bool on;
    struct Pair p;
    int8_t from;
};
