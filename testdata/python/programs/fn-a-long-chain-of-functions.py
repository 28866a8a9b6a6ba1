def f0(n):
    return n + 1


def f1(n):
    return f0(n) + 1


def f2(n):
    return f1(n) + 1


def f3(n):
    return f2(n) + 1


def f4(n):
    return f3(n) + 1


def f5(n):
    return f4(n) + 1


def f6(n):
    return f5(n) + 1


def f7(n):
    return f6(n) + 1


def f8(n):
    return f7(n) + 1


def f9(n):
    return f8(n) + 1


def f10(n):
    return f9(n) + 1


def f11(n):
    return f10(n) + 1


def f12(n):
    return f11(n) + 1


def f13(n):
    return f12(n) + 1


def f14(n):
    return f13(n) + 1


def f15(n):
    return f14(n) + 1


def f16(n):
    return f15(n) + 1


def f17(n):
    return f16(n) + 1


def f18(n):
    return f17(n) + 1


def f19(n):
    return f18(n) + 1


def f20(n):
    return f19(n) + 1


def f21(n):
    return f20(n) + 1


def f22(n):
    return f21(n) + 1


def f23(n):
    return f22(n) + 1


def f24(n):
    return f23(n) + 1


def f25(n):
    return f24(n) + 1


def f26(n):
    return f25(n) + 1


def f27(n):
    return f26(n) + 1


def f28(n):
    return f27(n) + 1


def f29(n):
    return f28(n) + 1


def f30(n):
    return f29(n) + 1


def f31(n):
    return f30(n) + 1


def f32(n):
    return f31(n) + 1


def f33(n):
    return f32(n) + 1


def f34(n):
    return f33(n) + 1


def f35(n):
    return f34(n) + 1


def f36(n):
    return f35(n) + 1


def f37(n):
    return f36(n) + 1


def f38(n):
    return f37(n) + 1


def f39(n):
    return f38(n) + 1


def f40(n):
    return f39(n) + 1


def f41(n):
    return f40(n) + 1


def f42(n):
    return f41(n) + 1


def f43(n):
    return f42(n) + 1


def f44(n):
    return f43(n) + 1


def f45(n):
    return f44(n) + 1


def f46(n):
    return f45(n) + 1


def f47(n):
    return f46(n) + 1


def f48(n):
    return f47(n) + 1


def f49(n):
    return f48(n) + 1


def f50(n):
    return f49(n) + 1


def f51(n):
    return f50(n) + 1


def f52(n):
    return f51(n) + 1


def f53(n):
    return f52(n) + 1


def f54(n):
    return f53(n) + 1


def f55(n):
    return f54(n) + 1


def f56(n):
    return f55(n) + 1


def f57(n):
    return f56(n) + 1


def f58(n):
    return f57(n) + 1


def f59(n):
    return f58(n) + 1


def f60(n):
    return f59(n) + 1


def f61(n):
    return f60(n) + 1


def f62(n):
    return f61(n) + 1


def f63(n):
    return f62(n) + 1


def f64(n):
    return f63(n) + 1


def f65(n):
    return f64(n) + 1


def f66(n):
    return f65(n) + 1


def f67(n):
    return f66(n) + 1


def f68(n):
    return f67(n) + 1


def f69(n):
    return f68(n) + 1


def f70(n):
    return f69(n) + 1


def f71(n):
    return f70(n) + 1


def f72(n):
    return f71(n) + 1


def f73(n):
    return f72(n) + 1


def f74(n):
    return f73(n) + 1


def f75(n):
    return f74(n) + 1


def f76(n):
    return f75(n) + 1


def f77(n):
    return f76(n) + 1


def f78(n):
    return f77(n) + 1


def f79(n):
    return f78(n) + 1


def f80(n):
    return f79(n) + 1


def f81(n):
    return f80(n) + 1


def f82(n):
    return f81(n) + 1


def f83(n):
    return f82(n) + 1


def f84(n):
    return f83(n) + 1


def f85(n):
    return f84(n) + 1


def f86(n):
    return f85(n) + 1


def f87(n):
    return f86(n) + 1


def f88(n):
    return f87(n) + 1


def f89(n):
    return f88(n) + 1


def f90(n):
    return f89(n) + 1


def f91(n):
    return f90(n) + 1


def f92(n):
    return f91(n) + 1


def f93(n):
    return f92(n) + 1


def f94(n):
    return f93(n) + 1


def f95(n):
    return f94(n) + 1


def f96(n):
    return f95(n) + 1


def f97(n):
    return f96(n) + 1


def f98(n):
    return f97(n) + 1


def f99(n):
    return f98(n) + 1


print(f99(0))
