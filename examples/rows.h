/* Parcels, of which anything may be unknown. A bit of `given` is set for each number that is known, the lowest for `width`. */
#include <stdint.h>

struct Row {
    uint32_t given;
    double width;     /* cm */
    double height;    /* cm */
    double depth;     /* cm */
    double weight;    /* kg */
    double distance;  /* km */
    double speed;     /* km/h */
    double worth;     /* of what is in it */
    double discount;  /* 0 to 1 */
    double surcharge; /* 0 to 1 */
};
